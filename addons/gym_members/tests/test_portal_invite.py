from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.auth_signup.models.res_partner import SignupError
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import GymMembersCommon


@tagged("post_install", "-at_install")
class TestPortalInvite(GymMembersCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reachable = cls._create_member(name="Ana Luna", email="ana.luna@example.com")
        cls.second = cls._create_member(name="Beto Luna", email="beto.luna@example.com")
        cls.silent = cls._create_member(name="Sin Correo", email="nada")

    def _open_wizard(self, members, user=None):
        action = members.with_user(user or self.frontdesk).action_invite_to_portal()
        return self.env["portal.wizard"].with_user(user or self.frontdesk).browse(action["res_id"])

    def test_state_follows_the_invitation_and_the_first_visit(self):
        self.assertEqual("no_email", self.silent.portal_state)
        self.assertEqual("not_invited", self.reachable.portal_state)
        self._open_wizard(self.reachable).user_ids.action_grant_access()
        self.reachable.invalidate_recordset(["portal_state"])
        self.assertEqual("invited", self.reachable.portal_state)
        user = self.reachable.partner_id.user_ids
        user.with_user(user)._update_last_login()
        self.reachable.invalidate_recordset(["portal_state"])
        self.assertEqual("active", self.reachable.portal_state)

    def test_the_first_password_is_no_news_and_a_later_one_is(self):
        self._open_wizard(self.reachable).user_ids.action_grant_access()
        user = self.reachable.partner_id.user_ids
        mails = self.env["mail.mail"]
        known = mails.search([])
        user.with_user(user).sudo().password = "a-long-first-password"
        self.assertFalse(mails.search([]) - known)
        user.with_user(user)._update_last_login()
        user.invalidate_recordset(["login_date"])
        user.with_user(user).sudo().password = "a-long-other-password"
        self.assertEqual((mails.search([]) - known).email_to, user.email_formatted)

    def test_mails_leave_after_the_commit_and_wait_for_no_hour(self):
        """However many a transaction makes, the queue is asked for once, and only when it is committed."""
        triggers = self.env["ir.cron.trigger"].search([])
        self.env["mail.mail"].create([{"body_html": "a"}, {"body_html": "b"}])
        self.env["mail.mail"].create({"body_html": "c"})
        self.assertFalse(self.env["ir.cron.trigger"].search([]) - triggers)
        self.env.cr.precommit.run()
        asked = self.env["ir.cron.trigger"].search([]) - triggers
        self.assertEqual(asked.cron_id, self.env.ref("mail.ir_cron_mail_scheduler_action"))
        self.assertEqual(len(asked), 1)

    def test_two_invitations_at_once_are_tried_again(self):
        """Odoo makes an error of its own of whatever stops a new account, which neither jobs nor requests repeat."""
        users = self.registry["res.users"]
        for error, seen in ((SerializationFailure("at once"), SerializationFailure), (UserError("no"), SignupError)):
            with patch.object(users, "copy", side_effect=error), self.assertRaises(seen), mute_logger("odoo.sql_db"):
                self.reachable._invite_to_portal()
        self.assertFalse(self.reachable.partner_id.user_ids)
        self.reachable._invite_to_portal()
        self.assertEqual("invited", self.reachable.portal_state)

    def test_invited_member_meets_their_own_membership(self):
        self._open_wizard(self.reachable).user_ids.action_grant_access()
        user = self.reachable.partner_id.user_ids
        self.assertTrue(user._is_portal())
        self.assertEqual(self.company, user.company_id)
        self.assertEqual(self.reachable, self.env["gym.member"].with_user(user)._get_portal_members())

    def test_without_an_address_the_reason_is_told_and_nobody_is_created(self):
        with self.assertRaisesRegex(UserError, "Sin Correo"):
            self.silent.with_user(self.frontdesk).action_invite_to_portal()
        self.assertFalse(self.silent.partner_id.user_ids)

    def test_batch_invites_who_can_be_reached_each_in_a_job(self):
        wizard = self._open_wizard(self.reachable + self.second + self.silent)
        self.assertEqual(2, wizard.gym_invitation_count)
        with trap_jobs() as trap:
            answer = wizard.action_gym_invite_all()
            self.assertIn("2", answer["params"]["message"])
            trap.assert_jobs_count(2)
            trap.perform_enqueued_jobs()
        invited = self.reachable + self.second
        self.assertTrue(all(member.partner_id.user_ids._is_portal() for member in invited))
        self.assertFalse(self.silent.partner_id.user_ids)

    def test_invitation_repeated_by_a_retry_changes_nothing(self):
        for _time in range(2):
            self.reachable.with_user(self.frontdesk)._invite_to_portal()
            self.reachable.invalidate_recordset(["portal_state"])
        self.assertEqual(1, len(self.reachable.partner_id.user_ids))

    def test_trainers_and_other_branches_cannot_invite(self):
        elsewhere = self._create_member(name="Otra", email="otra@example.com", location_id=self.gdl.id)
        for user, member in ((self.trainer, self.reachable), (self.frontdesk, elsewhere)):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                member.with_user(user).action_invite_to_portal()
        self.assertFalse((self.reachable + elsewhere).partner_id.user_ids)

    def test_form_opens_for_who_may_not_invite(self):
        with Form(self.reachable.with_user(self.trainer)):
            pass
