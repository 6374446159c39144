from unittest.mock import patch

from odoo.tests import tagged

from ..controllers.portal_privacy import REQUESTS
from .test_portal import GymPortalCommon


@tagged("post_install", "-at_install")
class TestPortalPrivacy(GymPortalCommon):
    def _requests_of(self, member):
        return self.env["gym.privacy.request"].search([("member_id", "=", member.id)])

    def test_request_is_filed_and_shown_with_its_folio(self):
        form = {"kind": "rectification", "text": "Mi nombre es <Anna>"}
        response = self._post("/my/gym/privacy/new", self.user_a, form)
        request = self._requests_of(self.member_a)
        self.assertEqual(("rectification", "portal", "received"), (request.kind, request.channel, request.state))
        self.assertTrue(response.url.endswith("/my/gym/privacy?sent=1"))
        self.assertIn(request.name, response.text)
        self.assertIn("Mi nombre es &lt;Anna&gt;", response.text)

    def test_guardian_asks_for_the_ward(self):
        self._post(f"/my/gym/privacy/new?member={self.daughter_of_a.id}", self.user_a, {"kind": "access"})
        self.assertTrue(self._requests_of(self.daughter_of_a).is_representative)
        self.assertFalse(self._requests_of(self.member_a))

    def test_what_is_missing_is_told_and_nothing_is_filed(self):
        for form, message in (
            ({}, "Choose what you ask for"),
            ({"kind": "everything"}, "Choose what you ask for"),
            ({"kind": "opposition", "text": "  "}, "Tell us in your words"),
            ({"kind": "access", "text": "a" * 4001}, "4000 characters"),
        ):
            with self.subTest(form=str(form)[:40]):
                self.assertIn(message, self._post("/my/gym/privacy/new", self.user_a, form).text)
        self.assertFalse(self._requests_of(self.member_a))

    def test_too_many_requests_have_to_wait(self):
        with patch.object(REQUESTS, "limit", 1):
            codes = [self._post("/my/gym/privacy/new", self.user_a, {"kind": "access"}).status_code for _ in range(2)]
            other = self._post("/my/gym/privacy/new", self.user_b, {"kind": "access"})
        self.assertEqual([200, 429], codes)
        self.assertEqual(1, len(self._requests_of(self.member_a)))
        self.assertEqual(200, other.status_code, "one member's requests are not counted for another")

    def test_form_keeps_what_was_chosen_and_typed(self):
        page = self._post("/my/gym/privacy/new", self.user_a, {"kind": "zzz", "text": "Lo que escribí"}).text
        self.assertIn("Lo que escribí", page)
        page = self._get_page("/my/gym/privacy/new?kind=rectification", self.user_a)
        self.assertEqual(["rectification"], page.xpath("//input[@name='kind'][@checked]/@value"))

    def test_answer_is_read_once_given(self):
        self._post("/my/gym/privacy/new", self.user_a, {"kind": "access"})
        request = self._requests_of(self.member_a)
        request.write({"identity_method": "official_id"})
        request.action_verify()
        request.write({"answer": "granted", "answer_text": "Aquí están sus datos"})
        page = self._get_page("/my/gym/privacy", self.user_a).text_content()
        self.assertNotIn("Aquí están sus datos", page)
        request.action_answer()
        page = self._get_page("/my/gym/privacy", self.user_a).text_content()
        self.assertIn("Aquí están sus datos", page)

    def test_list_shows_nobody_elses(self):
        self._post("/my/gym/privacy/new", self.user_b, {"kind": "opposition", "text": "Secreto de Beto"})
        self.assertNotIn("Secreto de Beto", self._get("/my/gym/privacy", self.user_a).text)

    def test_status_is_known_for_every_state(self):
        request = self.env["gym.privacy.request"].create({"member_id": self.member_a.id, "kind": "access"})
        for state, _label in request._fields["state"].selection:
            request.state = state
            self.assertTrue(request._get_portal_status()[0])
