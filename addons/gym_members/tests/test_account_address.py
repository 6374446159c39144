from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.http import Request
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged

from .common import GymMembersCommon

OLD, NEW = "ana@correo.mx", "ana.rios@correo.mx"
PASSWORD = "long enough to hold"


@tagged("post_install", "-at_install")
class TestAccountAddress(HttpCase, GymMembersCommon):
    """A new address opens an account once its owner confirmed it, whoever wrote it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        english = cls.env["res.lang"]._activate_lang("en_US")
        cls.env["website"].search([]).write({"language_ids": [Command.link(english.id)], "default_lang_id": english.id})
        cls.user = new_test_user(
            cls.env, OLD, groups="base.group_portal", name="Ana Ríos", email=OLD, password=PASSWORD, lang="en_US"
        )
        cls.member = cls._create_member(partner_id=cls.user.partner_id.id, name="Ana Ríos", email=OLD)

    def setUp(self):
        super().setUp()
        self.sent = []  # addresses of the mails that open an account; Odoo keeps none of them
        send = lambda mails, *args, **kw: self.sent.extend(mails.mapped("email_to"))  # noqa: E731
        self.enterContext(patch.object(self.registry["mail.mail"], "send", send))

    def _change(self, user=None, email=NEW):
        self.member.with_user(user or self.frontdesk).write({"email": email})

    def _mails(self, text):
        return self.env["mail.mail"].search([("body_html", "ilike", text)]).mapped("email_to")

    def _get_link(self):
        return f"/my/email/{self.user._make_address_token()}"

    def _post(self, path, user=None):
        self.authenticate((user or self.user).login, PASSWORD)
        return self.url_open(path, data={"csrf_token": Request.csrf_token(self)})

    def test_a_link_for_a_new_password_goes_to_the_address_that_was_confirmed(self):
        self._change()
        for asked in (OLD, NEW):
            self.env["res.users"].sudo()._send_reset(asked)
        self.assertEqual(self.sent, [OLD, OLD])
        self.assertEqual(self._mails("/my/email/"), [NEW])
        self.assertEqual(self.user.login, OLD)

    def test_the_owner_confirms_it_and_signs_in_with_it(self):
        self._change()
        self.authenticate(OLD, PASSWORD)
        self.assertIn("Use this address", self.url_open(self._get_link()).text)
        self.assertTrue(self.user.gym_is_address_new, "who only looks has confirmed nothing")
        self.assertIn("Done.", self._post(self._get_link()).text)
        self.assertRecordValues(self.user, [{"login": NEW, "gym_is_address_new": False, "gym_address_before": False}])
        self.sent.clear()  # Odoo told the new address that the login changed
        self.env["res.users"].sudo()._send_reset(NEW)
        self.assertEqual(self.sent, [NEW])

    def test_who_only_reads_the_new_mailbox_confirms_nothing(self):
        self._change()
        link = self._get_link()
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open(link).url)
        thief = new_test_user(self.env, "thief@evil.example", groups="base.group_portal", password=PASSWORD)
        self._post(link, thief)
        self.assertRecordValues(self.user, [{"login": OLD, "gym_is_address_new": True, "gym_address_before": OLD}])

    def test_links_hold_three_days_and_for_one_address(self):
        self._change()
        link, now = self._get_link(), fields.Datetime.now()
        with freeze_time(now + timedelta(hours=73)):
            self.assertIn("does not hold any more", self._post(link).text)
        self._change(email="third@correo.mx")
        for wrong in (link, link + "x", "/my/email/%C3%B1", "/my/email/AAAA"):
            self.assertIn("does not hold any more", self._post(wrong).text)
        self.assertRecordValues(self.user, [{"login": OLD, "gym_is_address_new": True, "gym_address_before": OLD}])
        self._post("/my/email/again")
        self.assertEqual(self._mails("/my/email/").count("third@correo.mx"), 2)

    def test_the_address_before_needs_no_confirmation(self):
        self._change()
        self._change(email=OLD.upper())
        self.assertFalse(self.user.gym_is_address_new)
        self.assertIn("nothing to confirm", self._post("/my/email/AAAA").text)

    def test_members_confirm_their_own_changes_too(self):
        self.user.with_user(self.user).write({"email": NEW})
        self.assertRecordValues(self.user, [{"login": OLD, "gym_is_address_new": True, "gym_address_before": OLD}])
        self.authenticate(OLD, PASSWORD)
        self.assertIn("Confirm your new address", self.url_open("/my/gym/data").text)

    def test_no_invitation_opens_the_account_to_the_new_address(self):
        self._change()
        wizard = self.env["portal.wizard"].with_user(self.frontdesk)
        row = wizard.create({"partner_ids": [(6, 0, self.user.partner_id.ids)]}).user_ids
        with self.assertRaisesRegex(UserError, "has not confirmed"):
            row.action_invite_again()
        row.action_revoke_access()
        with self.assertRaisesRegex(UserError, "has not confirmed"):
            row.action_grant_access()
        self.assertFalse(self.sent)

    def test_an_account_without_an_address_gets_none_by_the_desk(self):
        self.user.partner_id.email = False
        self.user.write({"gym_is_address_new": False, "gym_address_before": False})
        self._change()
        with self.assertRaisesRegex(UserError, "had none before"):
            self.user._action_reset_password()
        self.assertFalse(self.sent)

    def test_an_invitation_that_nobody_used_may_go_elsewhere(self):
        self.env.cr.execute("UPDATE res_users SET password = NULL WHERE id = %s", [self.user.id])
        self._change()
        self.assertFalse(self.user.gym_is_address_new)

    def test_a_manager_who_saw_the_person_confirms_it(self):
        self._change()
        with self.assertRaisesRegex(UserError, "Only a manager"):
            self.member.with_user(self.frontdesk).action_confirm_address()
        self.assertTrue(self.member.with_user(self.frontdesk).is_address_new)
        self.member.with_user(self.manager).action_confirm_address()
        self.assertEqual((self.user.login, self.user.gym_is_address_new), (NEW, False))

    def test_a_code_to_sign_in_goes_to_the_address_that_was_confirmed(self):
        self._change()
        with patch.object(self.registry["res.users"], "_totp_rate_limit", lambda *args: None):
            self.user._send_totp_mail_code()
        self.assertEqual(self.sent, [OLD])

    def test_a_login_that_is_taken_stays(self):
        new_test_user(self.env, NEW, groups="base.group_portal", password=PASSWORD)
        self._change()
        self._post(self._get_link())
        self.assertEqual((self.user.login, self.user.gym_is_address_new), (OLD, False))
