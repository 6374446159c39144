from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .referrals_common import JOINED, SECOND, THIRD, ReferralsCommon


@tagged("post_install", "-at_install")
class TestRewards(ReferralsCommon):
    def _qualify(self, name="Beto Garza"):
        """Return a referral whose friend joined in March, and paid then and in April."""
        with freeze_time(JOINED):
            referral = self._bring(name)
            self._pay_all(referral)
        with freeze_time(SECOND):
            self._pay_all(referral)
        return referral

    @freeze_time(JOINED)
    def test_the_friend_begins_as_promised_and_the_preview_says_so(self):
        draft = self._create_subscription(invited_by_id=self.ana.id, referral_way="code")
        names = [line["kind"] for line in draft._preview_activate()["lines"]]
        self.assertNotIn("enrolment", names)
        self.assertIn("enrolment", [line["kind"] for line in self._create_subscription()._preview_activate()["lines"]])

    def test_a_friend_who_pays_twice_and_stays_is_rewarded_once(self):
        with freeze_time(JOINED):
            referral = self._bring()
            self.assertEqual(referral.state, "joined")
            self._pay_all(referral)
            self.assertEqual(referral.state, "holding")
        with freeze_time(SECOND):
            self._pay_all(referral)
            self.assertEqual(referral.state, "rewarded")
            referral._follow()
            self.env["gym.referral"]._cron_follow()
        self.assertRecordValues(referral.reward_ids, [{"amount": 150, "state": "available", "open_amount": 150}])
        line = referral.reward_ids.due_ids
        self.assertRecordValues(
            line, [{"subscription_id": self.sub_ana.id, "amount": -150, "state": "pending", "kind": "referral"}]
        )

    def test_the_credit_comes_off_the_next_dues_as_the_preview_says(self):
        referral = self._qualify()
        with freeze_time(SECOND):
            shown = self.sub_ana._get_next_bill()["amount"]
            move = self._bill(self.sub_ana)
        self.assertEqual((shown, move.amount_total), (349.0, 349.0))
        reward = referral.reward_ids
        self.assertEqual((reward.state, reward.open_amount), ("applied", 0))
        self.assertEqual(reward.entry_ids.mapped("kind"), ["grant", "apply"])
        self.assertEqual(len(move.invoice_line_ids.tax_ids), 1)

    def test_what_does_not_fit_waits_for_the_next_invoice(self):
        self.program.rule_ids.amount = 700
        self.program.action_publish()
        referral = self._qualify()
        with freeze_time(SECOND):
            self._bill(self.sub_ana)
        reward = referral.reward_ids
        self.assertEqual((reward.state, reward.open_amount), ("available", 201.0))
        with freeze_time(THIRD):
            move = self._bill(self.sub_ana)
        self.assertEqual(move.amount_total, 298.0)
        self.assertEqual((reward.state, reward.open_amount), ("applied", 0))

    def test_no_more_is_given_than_the_cap_and_the_budget_leave(self):
        self.program.write({"budget": 220, "year_cap": 200})
        self.program.action_publish()
        for name in ("Beto Garza", "Carla Solís", "Dora Paz"):
            self._qualify(name)
        given = self.env["gym.referral.reward"].search([("beneficiary_id", "=", self.ana.id)]).mapped("amount")
        self.assertEqual(sorted(given), [50.0, 150.0])

    def test_more_comes_at_a_later_friend_and_with_a_tier(self):
        self.program.write(
            {
                "rule_ids": [Command.create({"trigger": "nth", "count": 2, "amount": 300})],
                "tier_ids": [Command.create({"name": "Plata", "threshold": 2, "factor": 1.5})],
            }
        )
        self.program.action_publish()
        first, second = self._qualify(), self._qualify("Carla Solís")
        self.assertEqual(first.reward_ids.mapped("amount"), [150.0])
        self.assertEqual(sorted(second.reward_ids.mapped("amount")), [225.0, 450.0])

    def test_further_paid_dues_bring_more_while_both_stay(self):
        self.program.rule_ids = [Command.create({"trigger": "paid_period", "count": 1, "amount": 50})]
        self.program.action_publish()
        referral = self._qualify()
        with freeze_time(THIRD):
            self._pay_all(referral)
        self.assertEqual(sorted(referral.reward_ids.mapped("amount")), [50.0, 150.0])

    @freeze_time(JOINED)
    def test_a_payment_judges_nobody_and_gives_nothing_by_itself(self):
        referral = self._bring()
        with patch.object(type(referral), "_score") as score, patch.object(type(referral), "_give_rewards") as give:
            self._pay(referral.subscription_id._get_moves())
        self.assertEqual((referral.state, score.called, give.called), ("holding", False, False))

    def test_a_friend_who_leaves_before_brings_nothing(self):
        with freeze_time(JOINED):
            referral = self._bring()
            self._pay_all(referral)
            referral.subscription_id._cancel(at="now")
        self.assertEqual((referral.state, referral.reward_ids), ("lapsed", referral.reward_ids.browse()))

    def test_a_member_without_a_running_subscription_waits_for_the_reward(self):
        with freeze_time(JOINED):
            referral = self._bring()
            self._pay_all(referral)
        self.sub_ana._transition("cancel")
        with freeze_time(SECOND):
            self._pay_all(referral)
            self.assertEqual(referral.reward_ids.state, "promised")
            back = self._begin(self.ana)
            referral._follow()
        self.assertEqual(referral.reward_ids.state, "available")
        self.assertEqual(referral.reward_ids.due_ids.subscription_id, back)

    def test_unused_credit_ends_after_its_last_day(self):
        referral = self._qualify()
        with freeze_time("2027-04-10 18:00:00"):
            self.env["gym.referral"]._cron_follow()
            self.assertEqual(referral.reward_ids.state, "available", "its last day counts")
        with freeze_time("2027-04-12 18:00:00"):
            self.env["gym.referral"]._cron_follow()
        reward = referral.reward_ids
        self.assertEqual((reward.state, reward.open_amount, reward.due_ids.state), ("ended", 0, "void"))

    def test_what_was_used_is_kept_from_the_next_reward_and_charged_to_nobody(self):
        referral = self._qualify()
        with freeze_time(SECOND):
            self._bill(self.sub_ana)
            moves = self.sub_ana._get_moves()
            referral._move("reverse", reason="x")
            referral.reward_ids._take_back()
            self.assertEqual(self.sub_ana._get_moves(), moves)
            second = self._qualify("Carla Solís")
        self.assertEqual(second.reward_ids.entry_ids.mapped("kind"), ["grant", "adjust"])
        self.assertFalse(second.reward_ids.due_ids)

    def test_a_gift_is_handed_over_once_at_the_desk(self):
        self.program.rule_ids = [Command.clear(), Command.create({"kind": "gift", "name": "Termo", "amount": 180})]
        self.program.action_publish()
        reward = self._qualify().reward_ids
        self.assertRecordValues(reward, [{"kind": "gift", "gift": "Termo", "state": "promised"}])
        with self.assertRaisesRegex(UserError, "front desk"):
            reward.with_user(self.trainer).action_hand_over()
        self.assertEqual(reward.state, "promised")
        reward.with_user(self.frontdesk).action_hand_over()
        reward.with_user(self.frontdesk).action_hand_over()
        self.assertEqual((reward.state, len(reward.entry_ids)), ("applied", 2))

    def test_entries_are_only_added(self):
        entry = self._qualify().reward_ids.entry_ids
        for change in (lambda: entry.write({"amount": 1}), entry.unlink):
            with self.assertRaisesRegex(UserError, "only added"):
                change()
