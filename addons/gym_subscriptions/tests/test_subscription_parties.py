from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import GymSubscriptionsCommon


@tagged("post_install", "-at_install")
class TestSubscriptionParties(GymSubscriptionsCommon):
    def setUp(self):
        super().setUp()
        self.enterContext(freeze_time("2026-04-01 18:00:00"))
        self.subscription = self._create_subscription()
        self.subscription._activate()
        self.mother = self.env["res.partner"].create({"name": "Laura"})

    def _create_token(self, partner):
        provider = self.env["payment.provider"].search([("code", "=", "demo")], limit=1)
        return self.env["payment.token"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": self.env.ref("payment.payment_method_unknown").id,
                "partner_id": partner.id,
                "provider_ref": "demo",
                "active": True,
            }
        )

    def test_another_payer_gets_the_next_invoice_and_needs_a_card_of_their_own(self):
        self.subscription._set_token(self._create_token(self.member.partner_id))
        self.assertTrue(self.subscription.token_id)
        self.subscription._change_payer(self.mother)
        self.assertRecordValues(self.subscription, [{"payer_id": self.mother.id, "token_id": False}])
        lines = self.subscription._get_next_bill()["lines"]
        self.assertEqual([line["partner_id"] for line in lines], [self.mother.id])
        self.assertEqual(set(self.subscription.change_ids.mapped("kind")), {"token", "payer"})

    def test_a_card_of_somebody_else_is_refused(self):
        with self.assertRaisesRegex(UserError, "somebody else"):
            self.subscription._set_token(self._create_token(self.mother))
        self.assertFalse(self.subscription.token_id)

    def test_another_branch_brings_its_iva(self):
        self.env["gym.location.iva.zone"].create(
            {"location_id": self.gdl.id, "zone": "border_north", "date_start": "2026-01-01"}
        )
        self.subscription._change_branch(self.gdl)
        self.assertEqual(self.subscription.location_id, self.gdl)
        line = self.subscription._get_next_bill()["lines"][0]
        self.assertEqual(line["tax_ids"][0][2], self.company.gym_tax_border_id.ids)

    def test_a_branch_that_does_not_sell_the_plan_or_of_another_company_is_refused(self):
        self.plan.location_ids = self.roma
        with self.assertRaisesRegex(UserError, "does not sell"):
            self.subscription._change_branch(self.gdl)
        with self.assertRaisesRegex(UserError, "another company"):
            self.subscription._change_branch(self.tijuana)
        self.assertEqual(self.subscription.location_id, self.roma)
        self.assertFalse(self.subscription.change_ids)

    def test_a_transfer_passes_what_is_left_without_a_new_invoice(self):
        ana = self._create_member(name="Ana")
        self.subscription._transfer(ana)
        self.assertRecordValues(
            self.subscription, [{"member_id": ana.id, "payer_id": ana.partner_id.id, "token_id": False}]
        )
        self.assertEqual(len(self.subscription.due_ids), 1)
        self.assertEqual((self.member.stage, ana.stage), ("active", "active"))
        types = self.env["gym.event"].search([("member_id", "=", ana.id), ("type", "like", "subscription.")])
        self.assertEqual(types.mapped("type"), ["subscription.received"])

    def test_who_has_the_plan_already_receives_no_other(self):
        ana = self._create_member(name="Ana")
        self._create_subscription(member_id=ana.id)._activate()
        with self.assertRaisesRegex(UserError, "already has Full"):
            self.subscription._transfer(ana)
        self.assertEqual(self.subscription.member_id, self.member)

    def test_a_draft_has_nothing_to_change(self):
        draft = self._create_subscription(member_id=self._create_member(name="Ana").id)
        with self.assertRaisesRegex(UserError, "not running"):
            draft._change_payer(self.mother)
        self.assertNotEqual(draft.payer_id, self.mother)

    def test_what_was_paid_is_not_invoiced_again_to_who_takes_over(self):
        towel = self._create_addon(name="Towel", amount=90)
        self.plan.write({"addon_ids": towel.ids})
        other = self._create_member(name="Ana")
        plus = self._create_plan(name="Plus", price=799, tier=2)
        with freeze_time("2026-04-11 18:00:00"):
            self.subscription._transfer(other)
            move = self.subscription._add_addon(towel)
            self.assertEqual((move.partner_id, move.amount_total), (other.partner_id, 60))
            preview = self.subscription._preview_change_plan(plus)
            move = self.subscription._change_plan(plus)
        self.assertEqual(round(sum(line["amount"] for line in preview["lines"]), 2), 200)  # 20 of 30 days of 300
        self.assertEqual((move.partner_id, move.move_type, move.amount_total), (other.partner_id, "out_invoice", 200))

    def test_what_is_left_over_for_who_takes_over_waits_for_their_next_invoice(self):
        basic = self._create_plan(name="Basic", price=199, tier=0)
        with freeze_time("2026-04-11 18:00:00"):
            self.subscription._change_payer(self.mother)
            move = self.subscription._change_plan(basic)
        self.assertEqual((move.partner_id, move.amount_total, move.move_type), (self.mother, 0, "out_invoice"))
        waiting = self.subscription.due_ids.filtered(lambda line: line.state == "pending")
        self.assertEqual((waiting.partner_id, waiting.amount), (self.mother, -200))
        with freeze_time("2026-05-01 18:00:00"):
            self.assertEqual(self.subscription._get_next_bill()["amount"], 0)

    def test_a_credit_that_waits_goes_with_the_subscription(self):
        plan = self._create_plan(name="Quincenal", price=300, period_unit="fortnight", freeze_days_per_year=30)
        giver, other = self._create_member(name="Eva"), self._create_member(name="Ana")
        subscription = self._create_subscription(member_id=giver.id, plan_id=plan.id)
        subscription._activate()
        subscription._freeze("2026-04-01", "2026-04-11")
        with freeze_time("2026-04-11 18:00:00"):
            subscription._turn_day(self.roma)
            subscription._transfer(other)
        with freeze_time("2026-04-16 18:00:00"):
            move = self.env["gym.billing.engine"]._bill(subscription).moves
        self.assertEqual((move.partner_id, move.amount_total), (other.partner_id, 100))

    def test_days_frozen_after_a_transfer_are_credited_to_who_pays_now(self):
        self.plan.freeze_days_per_year = 30
        self.subscription._change_payer(self.mother)
        with freeze_time("2026-04-11 18:00:00"):
            freeze = self.subscription._freeze("2026-04-11", "2026-04-21", mode="credit")
        self.assertEqual((freeze.due_ids.partner_id, freeze.due_ids.amount), (self.mother, -166.34))

    def test_a_refused_draft_is_named_without_its_missing_number(self):
        other = self._create_plan(name="Elsewhere", company_id=self.other_company.id)
        with self.assertRaisesRegex(ValidationError, "the branch of [^·]* · Elsewhere must") as caught:
            self._create_subscription(plan_id=other.id)
        self.assertNotIn("False", str(caught.exception))
