from unittest.mock import patch

from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools.misc import file_open

from ..models.res_users_second_factor import OPTIONAL, PARAMETER, REQUIRED
from .common import GymMembersCommon

PASSWORD = "long enough to hold"


@tagged("post_install", "-at_install")
class TestSecondFactor(HttpCase, GymMembersCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param(PARAMETER, False)  # as a new database is
        (cls.owner | cls.accountant | cls.frontdesk).write({"password": PASSWORD})

    def _sign_in(self, user):
        """Return where who typed the right password is led to."""
        self.authenticate(None, None)
        form = {"login": user.login, "password": PASSWORD, "csrf_token": Request.csrf_token(self)}
        return self.url_open("/web/login", data=form, allow_redirects=False).headers.get("Location", "")

    def test_owners_and_accountants_need_more_than_a_password(self):
        for user in (self.owner, self.accountant):
            self.assertIn("/web/login/totp", self._sign_in(user))
            page = self.url_open("/odoo", allow_redirects=False)
            self.assertIn("/web/login", page.headers["Location"], "nobody is in without the code")
        self.assertNotIn("totp", self._sign_in(self.frontdesk))

    def test_the_code_that_is_mailed_opens(self):
        self.assertIn("/web/login/totp", self._sign_in(self.owner))
        with patch.object(self.registry["res.users"], "_send_totp_mail_code"):
            self.url_open("/web/login/totp")
        code = self.owner._get_totp_mail_code()[0]
        form = {"totp_token": code, "csrf_token": Request.csrf_token(self)}
        self.url_open("/web/login/totp", data=form)
        self.assertEqual(self.url_open("/odoo", allow_redirects=False).status_code, 200)

    def test_who_needs_it_follows_the_role_and_the_setting(self):
        portal = self._create_member(name="Ana").partner_id
        self.assertFalse(portal.user_ids)
        kinds = {user: user._mfa_type() for user in (self.owner, self.accountant, self.manager, self.trainer)}
        self.assertEqual(list(kinds.values()), ["totp_mail", "totp_mail", None, None])
        self.assertTrue(self.owner._rpc_api_keys_only(), "programs use keys")
        settings = self.env["res.config.settings"].create({})
        self.assertEqual(settings.gym_second_factor, REQUIRED)
        settings.gym_second_factor = OPTIONAL
        settings.execute()
        self.assertIsNone(self.owner._mfa_type())
        self.assertEqual(self.env["res.config.settings"].create({}).gym_second_factor, OPTIONAL)

    def test_a_neutralised_copy_lets_owners_in(self):
        with file_open("gym_members/data/neutralize.sql") as statements:
            self.env.cr.execute(statements.read())
        self.env["ir.config_parameter"].invalidate_model()
        self.env.registry.clear_cache()
        self.assertIsNone(self.owner._mfa_type())
