from datetime import timedelta
from unittest.mock import patch

from lxml import html

from odoo import fields
from odoo.http import HTTPRequest, Request
from odoo.tests import freeze_time, new_test_user, tagged

from odoo.addons.base.models.res_users import CryptContext
from odoo.addons.vigor_guard.models.vigor_guard_attempt import BY_LOGIN, BY_NETWORK, BY_PAIR

from .common import PASSWORD, GuardCase

WAIT = r"\b\d+ min"  # in any language
NOON = "2027-03-10 12:00:00"


@tagged("post_install", "-at_install")
class TestSignIn(GuardCase):
    """By the form, whose request is committed: in tests what a refused JSON request counted is undone with it."""

    def setUp(self):
        super().setUp()
        self.enterContext(freeze_time(NOON))
        self.address = "2001:db8:1:2::1"
        test = self
        self.enterContext(patch.object(HTTPRequest, "remote_addr", property(lambda request: test.address), create=True))

    def sign_in(self, login="member", password=PASSWORD):
        """Return None for who is in, else the page's refusal."""
        self.authenticate(None, None)
        form = {"login": login, "password": password, "csrf_token": Request.csrf_token(self)}
        answer = self.url_open("/web/login", data=form, allow_redirects=False)
        if answer.status_code == 303:
            return None
        return html.fromstring(answer.text).xpath("string(//p[@role='alert'])").strip()

    def get_wrong(self, times, login="member"):
        return [self.sign_in(login, "wrong") for _ in range(times)]

    def test_the_right_password_has_to_wait_after_five_wrong_ones(self):
        self.assertEqual(len(set(self.get_wrong(BY_PAIR.free))), 1)
        self.assertRegex(self.sign_in(), r"\b1 min")
        with freeze_time(fields.Datetime.to_datetime(NOON) + timedelta(seconds=BY_PAIR.first_s + 1)):
            self.assertIsNone(self.sign_in())

    def test_another_address_of_the_same_line_waits_too(self):
        self.get_wrong(BY_PAIR.free)
        self.address = "2001:db8:1:2:ffff::9"
        self.assertRegex(self.sign_in(), WAIT)
        self.address = "2001:db8:1:3::1"
        self.assertIsNone(self.sign_in())

    def test_a_login_that_does_not_exist_is_answered_alike(self):
        known, unknown = self.get_wrong(BY_PAIR.free + 1), self.get_wrong(BY_PAIR.free + 1, "nobody")
        self.assertEqual(known, unknown)

    def test_neither_does_the_time_tell_who_has_an_account(self):
        new_test_user(self.env, "invited", groups="base.group_portal", password=PASSWORD)
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_users SET password = NULL WHERE login = 'invited'")
        compared = []

        class Costs(CryptContext):
            """Every password that is hashed, to be stored or compared with a hash."""

            def hash(self, secret):
                compared.append(secret)

            def verify_and_update(self, secret, known):
                compared.extend([secret] if known else [])
                return False, None

        with patch.object(type(self.env["res.users"]), "_crypt_context", lambda users: Costs()):
            for login in ("member", "nobody", "invited"):
                compared.clear()
                self.get_wrong(1, login)
                self.assertEqual(len(compared), 1, login)

    def test_guests_lock_nobody_out_of_their_own_network(self):
        self.assertIsNone(self.sign_in("employee"))
        for number in range(BY_NETWORK.free):
            self.get_wrong(1, f"guest{number}")
        self.assertIsNone(self.sign_in("employee"))
        self.assertRegex(self.sign_in("member"), WAIT)

    def test_one_login_is_not_tried_from_many_networks(self):
        for number in range(BY_LOGIN.free):
            self.address = f"198.51.100.{number}"
            self.get_wrong(1)
        self.address = "203.0.113.1"
        self.assertRegex(self.sign_in(), WAIT)
        self.assertEqual(self.env["vigor.guard.attempt"].search_count([]), 3 * BY_LOGIN.free)

    def test_who_waits_is_not_made_to_wait_longer_by_asking(self):
        self.get_wrong(BY_PAIR.free)
        before = self.env["vigor.guard.attempt"].search_count([])
        self.get_wrong(3)
        self.assertEqual(self.env["vigor.guard.attempt"].search_count([]), before)

    def test_success_forgets_what_was_wrong_before(self):
        self.get_wrong(BY_PAIR.free - 1)
        self.assertIsNone(self.sign_in())
        self.get_wrong(BY_PAIR.free - 1)
        self.assertIsNone(self.sign_in())

    def test_neither_logins_nor_addresses_are_kept(self):
        self.get_wrong(1, "my-password-typed-as-login")
        for row in self.env["vigor.guard.attempt"].search([]):
            self.assertRegex(row.key, "^[0-9a-f]{64}$")
