from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from odoo.addons.gym_members.tests.common import SCAN

from .test_charge_guard import GuardCommon
from .test_charging import JOINED


@tagged("post_install", "-at_install")
class TestFamilyCharge(GuardCommon):
    """Who did not consent for one child is still charged for the other; only what lacks is asked for and dunned."""

    def setUp(self):
        super().setUp()
        self.clock = self.enterContext(freeze_time(JOINED))
        self.first, self.second = self._join_both()
        self.move = (self.first | self.second)._get_moves().filtered(lambda move: move.amount_total == 998.0)

    def _join_both(self):
        """Begin two subscriptions of one payer that share an invoice; only the first was consented to."""
        payer = {"payer_id": self.member.partner_id.id}
        first = self._create_subscription(**payer)
        second = self._create_subscription(member_id=self.other.id, **payer)
        lines = self.env["gym.due"]
        with patch.object(self.env.registry["gym.subscription"], "_bill_pending", lambda one: one.env["account.move"]):
            first._activate()
            second._activate()
        lines.search([("subscription_id", "in", (first | second).ids)])._bill()
        (first | second).sudo().token_id = self.card
        self._agree(first)
        return first, second

    def _agree_to_second(self):
        entry = {"member": self.other, "document": self._get_document(), "method": "paper", "scan": SCAN}
        [consent] = self.env["gym.consent"]._record([entry | {"signer": self.member.partner_id}])
        consent_to = self.second._record_mandate(consent, 499.0)
        consent_to.invalidate_recordset()
        return consent_to

    def test_the_consented_part_is_charged_and_the_rest_is_asked_for(self):
        charge = self._charge(self.move)
        self.assertEqual((charge.state, charge.amount, charge.covered_ids), ("done", 499.0, self.first))
        self.assertEqual(self.move.amount_residual, 499.0)
        rest = self.move.gym_charge_ids - charge
        rest._job_charge()
        self.assertEqual((rest.state, self._get_codes(rest)), ("refused", ["consent_missing"]))
        self.assertEqual(self.move.amount_residual, 499.0, "the first is not charged for the second")

    def test_only_the_rest_is_dunned(self):
        charge = self._charge(self.move)
        (self.move.gym_charge_ids - charge)._job_charge()
        self.clock.move_to("2026-03-20 18:00:00")
        [case] = self.env["gym.dunning.case"]._open_cases(self.move)
        self.assertEqual(case.amount_due, 499.0)
        self.assertEqual((self.first.state, self.second.state), ("active", "past_due"))
        case._step_suspend(case.policy_id.step_ids[:1])
        self.assertEqual((self.first.state, self.second.state), ("active", "suspended"))
        self.assertTrue(self._may_enter(self.first))
        self.assertFalse(self._may_enter(self.second))

    def test_the_rest_is_charged_once_it_is_consented_to(self):
        charge = self._charge(self.move)
        rest = self.move.gym_charge_ids - charge
        self._agree_to_second()
        rest._job_charge()
        self.assertEqual((rest.state, rest.amount, self.move.amount_residual), ("done", 499.0, 0))

    def test_nobody_consented_to(self):
        self.first.mandate_ids.consent_id._withdraw("staff")
        charge = self._charge(self.move)
        self.assertEqual(charge.state, "refused")
        self.assertEqual(sorted(self._get_codes(charge)), ["consent_missing", "consent_withdrawn"])
        self._assert_nothing_charged(self.move)

    def test_what_was_paid_counts_for_those_who_consented(self):
        self._pay_at_desk(self.move, amount=300.0)
        charge = self._charge(self.move)
        self.assertEqual((charge.state, charge.amount, self.move.amount_residual), ("done", 199.0, 499.0))

    def test_with_both_consents_it_is_one_charge(self):
        self._agree_to_second()
        charge = self._charge(self.move)
        self.assertEqual((charge.state, charge.amount), ("done", 998.0))
        self.assertEqual(self.move.gym_charge_ids, charge)
