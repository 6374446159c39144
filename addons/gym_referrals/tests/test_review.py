from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .referrals_common import JOINED, SECOND, ReferralsCommon


@tagged("post_install", "-at_install")
class TestReview(ReferralsCommon):
    def _suspicious(self):
        """Return the referral of somebody with Ana's phone and a name like hers in the mail."""
        self.ana.write({"email": "ana.rios@example.com", "street": "Juárez 10", "zip": "06700"})
        friend = self._create_member(
            name="Ana R.", phone="+52 55 1111 1111", email="ana.rios2@example.com", street="Juarez 10", zip="06700"
        )
        self._begin(friend, invited_by_id=self.ana.id, referral_way="code")
        referral = self.env["gym.referral"].search([("friend_id", "=", friend.id)])
        referral._score()
        return referral

    @freeze_time(JOINED)
    def test_oneself_under_another_name_is_held_with_reasons(self):
        referral = self._suspicious()
        self.assertEqual(referral.state, "review")
        self.assertEqual(str(referral.review_until), "2026-03-15")
        self.assertIn("phone", referral.findings)
        self._pay_all(referral)
        self.assertEqual(referral.state, "review", "paying ends no review")

    @freeze_time(JOINED)
    def test_a_manager_lets_it_go_on_and_it_is_not_held_again(self):
        referral = self._suspicious()
        referral.with_user(self.manager).action_clear()
        self.assertEqual((referral.state, referral.decided_by_id), ("joined", self.manager))
        referral._score()
        self.assertEqual(referral.state, "joined")

    @freeze_time(JOINED)
    def test_a_refusal_has_a_reason_and_can_be_looked_at_again(self):
        referral = self._suspicious()
        refusal = self.env["gym.referral.refusal"].with_user(self.manager)
        refusal.create({"referral_id": referral.id, "reason": "La persona es la misma."}).action_refuse()
        self.assertEqual((referral.state, referral.reason), ("rejected", "La persona es la misma."))
        referral.with_user(self.manager).action_reopen()
        self.assertEqual(referral.state, "review")

    @freeze_time(JOINED)
    def test_nobody_decides_about_themselves_nor_without_being_manager(self):
        referral = self._suspicious()
        with self.assertRaisesRegex(UserError, "branch manager"):
            referral.with_user(self.frontdesk).action_clear()
        referral.sudo().employee_id = self.manager
        with self.assertRaisesRegex(UserError, "Somebody else"):
            referral.with_user(self.manager).action_clear()
        self.assertEqual(referral.state, "review")

    def test_what_is_taken_back_says_why(self):
        with freeze_time(JOINED):
            referral = self._bring()
            self._pay_all(referral)
        with freeze_time(SECOND):
            self._pay_all(referral)
            referral.with_user(self.manager)._decide("reverse", "No se inscribió nadie.")
        self.assertEqual((referral.state, referral.reward_ids.state), ("reversed", "reversed"))
        self.assertEqual(referral.reward_ids.due_ids.state, "void")

    @freeze_time(JOINED)
    def test_relatives_former_members_and_staff_are_told_why(self):
        sister = self._create_member(name="Eva Ríos", payer_id=self.ana.partner_id.id)
        self._begin(sister, invited_by_id=self.ana.id)
        back = self._create_member(name="Fito Paz")
        self._begin(back)._cancel(at="now")
        self._begin(back, invited_by_id=self.ana.id)
        for friend in (sister, back):
            referral = self.env["gym.referral"].search([("friend_id", "=", friend.id)])
            self.assertEqual(referral.state, "ineligible")
            self.assertTrue(referral.reason)

    @freeze_time(JOINED)
    def test_a_friend_is_brought_by_one(self):
        referral = self._bring()
        eva = self._create_member(name="Eva Luna")
        self._begin(eva)
        self._begin(referral.friend_id, invited_by_id=eva.id, plan_id=self._create_plan(name="Otro").id)
        self.assertEqual(self.env["gym.referral"].search([("friend_id", "=", referral.friend_id.id)]), referral)
