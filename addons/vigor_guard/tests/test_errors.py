import json
from unittest.mock import patch

import psycopg2
from PIL import Image

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PASSWORD, GuardCase

FAILS = "odoo.http"


@tagged("post_install", "-at_install")
class TestErrors(GuardCase):
    """A stranger's nonsense is their error, and tells nothing of the server."""

    def login_page_fails(self, error):
        return patch.object(self.registry["res.users"], "_get_signup_invitation_scope", side_effect=error)

    def _authenticate_by_json(self):
        answer = self.ask_json("/web/session/authenticate", db="none of ours", login="x", password="y")
        return answer["error"]["data"]

    def test_strangers_get_no_traceback(self):
        self.authenticate(None, None)
        with mute_logger(FAILS):
            data = self._authenticate_by_json()
        self.assertEqual(data["debug"], "")
        self.assertNotIn("Traceback", json.dumps(data))

    def test_members_get_no_traceback_and_no_text_that_nobody_wrote(self):
        self.authenticate("member", PASSWORD)
        with mute_logger(FAILS):
            answer = self.ask_json(
                "/web/dataset/call_kw", model="res.partner", method="search", args=["nonsense"], kwargs={}
            )
        data = answer["error"]["data"]
        self.assertEqual((data["debug"], data["message"], data["arguments"]), ("", "Server Error", []))

    def test_a_page_of_odoo_hears_that_it_asks_again(self):
        """The page that waits for a payment polls again when the answer says so, and only then."""
        self.authenticate("member", PASSWORD)

        def search_count(*_arguments, **_options):
            raise Exception("retry")

        failing = patch.object(self.registry["res.partner"], "search_count", search_count)
        with mute_logger(FAILS), failing:
            answer = self.ask_json(
                "/web/dataset/call_kw", model="res.partner", method="search_count", args=[[]], kwargs={}
            )
        self.assertEqual((answer["error"]["data"]["debug"], answer["error"]["data"]["message"]), ("", "retry"))

    def test_a_refusal_keeps_its_words(self):
        self.authenticate("member", PASSWORD)
        with mute_logger(FAILS):
            answer = self.ask_json(
                "/web/dataset/call_kw", model="res.users", method="write", args=[[1], {"name": "x"}], kwargs={}
            )
        self.assertIn("AccessError", answer["error"]["data"]["name"])
        self.assertNotEqual(answer["error"]["data"]["message"], "Server Error")
        self.assertEqual(answer["error"]["data"]["debug"], "")
        self.assertNotEqual(self.env["res.users"].browse(1).name, "x")

    def test_employees_see_where_it_failed(self):
        self.authenticate("employee", PASSWORD)
        with mute_logger(FAILS):
            answer = self.ask_json("/web/dataset/call_kw", model="res.users", method="read", args=["x"], kwargs={})
        self.assertIn("Traceback", answer["error"]["data"]["debug"])

    def test_nonsense_is_answered_by_400(self):
        self.authenticate(None, None)
        bomb = Image.DecompressionBombError("too large")
        for error in (
            psycopg2.errors.NumericValueOutOfRange("integer"),
            UnicodeDecodeError("utf-8", b"", 0, 1, ""),
            bomb,
            ValueError("invalid literal for int() with base 10: 'x'"),
            ValueError("Exceeds the limit (4300 digits) for integer string conversion"),
            TypeError("comparing strings with non-ASCII characters is not supported"),
        ):
            with self.subTest(error=error), self.login_page_fails(error):
                self.assertEqual(self.url_open("/web/login").status_code, 400)
        for error in (KeyError("ours"), ValueError("ours"), TypeError("ours")):
            with self.subTest(error=error), self.login_page_fails(error), mute_logger(FAILS):
                self.assertEqual(self.url_open("/web/login").status_code, 500)

    def test_keys_of_other_letters_open_nothing(self):
        self.authenticate(None, None)
        file = self.env["ir.attachment"].create({"name": "secret.txt", "raw": b"SECRET", "access_token": "right"})
        for path in (f"/web/content/{file.id}?access_token=%C3%A9", f"/web/image/{file.id}?access_token=%E6%97%A5"):
            answer = self.url_open(path)
            self.assertLess(answer.status_code, 500, path)
            self.assertNotIn("SECRET", answer.text)
        forged = self.url_open("/web/login", data={"csrf_token": "é", "login": "member", "password": PASSWORD})
        self.assertEqual(forged.status_code, 400)
        self.assertIn("SECRET", self.url_open(f"/web/content/{file.id}?access_token=right").text)

    def test_a_nul_is_left_out_of_what_was_typed(self):
        self.authenticate(None, None)
        self.assertEqual(self.url_open("/web/login?login=a%00b").status_code, 200)
        self.assertEqual(self.url_open("/web/reset_password?login=a%00b&token=%00").status_code, 200)

    def test_paths_that_can_be_nobody_s(self):
        self.authenticate("member", PASSWORD)
        many = "9" * 5000
        numbers = (f"/my/invoices/page/{many}", f"/my/invoices/{'9' * 30}", f"/web/content/{many}-x")
        for path in ("/my/%00", "/web/content/%00", *numbers):
            with self.subTest(path=path[:40]), mute_logger(FAILS):
                self.assertIn(self.url_open(path).status_code, (400, 404))

    def test_what_an_address_needs_has_to_be_there(self):
        self.authenticate("member", PASSWORD)
        with mute_logger(FAILS):
            data = self.ask_json("/html_editor/link_preview_internal")["error"]["data"]
        self.assertIn("preview_url", data["message"])

    def test_private_pages_are_stored_nowhere_and_shown_in_no_frame(self):
        self.authenticate(None, None)
        for path in ("/web/login", "/web/reset_password"):
            headers = self.url_open(path).headers
            self.assertEqual(headers["Cache-Control"], "no-store", path)
            self.assertEqual(headers["X-Frame-Options"], "SAMEORIGIN", path)
            self.assertIn("frame-ancestors 'self'", headers["Content-Security-Policy"], path)
        self.authenticate("member", PASSWORD)
        headers = self.url_open("/my").headers
        self.assertEqual(headers["Cache-Control"], "no-store")
        self.assertIn("frame-ancestors 'self'", headers["Content-Security-Policy"])

    def test_an_error_before_the_code_of_a_page_tells_nothing_either(self):
        self.authenticate("member", PASSWORD)
        with mute_logger(FAILS):
            answer = self.ask_json("/web/dataset/call_kw", model="no.such.model", method="read", args=[], kwargs={})
        self.assertEqual(answer["error"]["data"]["debug"], "")
