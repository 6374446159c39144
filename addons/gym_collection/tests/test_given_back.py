from datetime import date
from decimal import Decimal

from odoo.tests import freeze_time, tagged

from odoo.addons.gym_subscriptions.tests.common import GymSubscriptionsCommon


@tagged("post_install", "-at_install")
class TestGivenBack(GymSubscriptionsCommon):
    """Nobody gets back more than was paid. A month of 600 from 1 April, of which 20 days are left on the 11th."""

    def setUp(self):
        super().setUp()
        self.plan.price_ids.amount = 600
        self.clock = self.enterContext(freeze_time("2026-04-01 18:00:00"))

    def _go_to(self, day):
        self.clock.move_to(f"{day} 18:00:00")

    def _join(self, **values):
        self.subscription = self._create_subscription(**values)
        self.invoice = self.subscription._activate()
        return self.subscription

    def _pay(self, move):
        wizard = self.env["account.payment.register"].with_context(active_model="account.move", active_ids=move.ids)
        wizard.create({})._create_payments()

    def _quincena(self):
        return self._create_plan(name="Quincenal", price=300, period_unit="fortnight", freeze_days_per_year=30)

    def _get_net(self):
        """Return what all invoices less all credit notes come to."""
        return sum(self.subscription._get_moves().mapped("amount_total_signed"))

    def test_what_was_given_back_is_not_given_back_again_on_leaving(self):
        self._join()
        self._pay(self.invoice)
        self.invoice._give_back(Decimal(600), "Sorry")
        self._go_to("2026-04-11")
        self.assertEqual(self.subscription._preview_cancel("now", is_rest_refunded=True)["lines"], [])
        self.assertFalse(self.subscription._cancel(at="now", is_rest_refunded=True))
        self.assertEqual(self._get_net(), 0)

    def test_of_what_is_left_only_the_rest_is_given_back(self):
        self._join()
        self._pay(self.invoice)
        self.invoice._give_back(Decimal(450), "Sorry")
        self._go_to("2026-04-11")
        note = self.subscription._cancel(at="now", is_rest_refunded=True)
        self.assertEqual((note.amount_total, note.gym_refund_ids.amount), (150, 150))

    def test_a_credit_note_made_in_accounting_counts_too(self):
        self._join()
        self._pay(self.invoice)
        reversal = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=self.invoice.ids
        )
        wizard = reversal.create({"journal_id": self.invoice.journal_id.id, "reason": "Error"})
        note = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        note.action_post()
        self._go_to("2026-04-11")
        plus = self._create_plan(name="Plus", price=900, tier=2)
        self.assertEqual([one["amount"] for one in self.subscription._preview_change_plan(plus)["lines"]], [600])
        self.assertEqual(self.subscription._cancel(at="now", is_rest_refunded=True).ids, [])

    def test_a_withdrawal_gives_back_what_was_kept_and_no_more(self):
        self._join(plan_id=self._quincena().id, channel="online")
        self._pay(self.invoice)
        self.subscription._freeze("2026-04-01", "2026-04-10")
        self.assertEqual(self.subscription.due_ids.filtered(lambda one: one.state == "pending").amount, -180)
        self._go_to("2026-04-02")
        preview = self.subscription._preview_cancel("withdrawal")
        note = self.subscription._cancel(at="withdrawal")
        self.assertEqual([one["amount"] for one in preview["lines"]], [-300])
        self.assertEqual((note.amount_total, note.reversed_entry_id, self._get_net()), (300, self.invoice, 0))
        self.assertNotIn("pending", self.subscription.due_ids.mapped("state"))

    def test_a_withdrawal_after_a_refund_gives_back_the_rest(self):
        self._join(channel="online")
        self._pay(self.invoice)
        self.invoice._give_back(Decimal(200), "Sorry")
        self._go_to("2026-04-02")
        note = self.subscription._cancel(at="withdrawal")
        self.assertEqual((note.amount_total, note.gym_refund_ids.amount, self._get_net()), (400, 400, 0))

    def test_days_taken_back_from_a_freeze_may_be_given_back_later(self):
        self._join(plan_id=self._quincena().id)
        self._go_to("2026-04-06")
        freeze = self.subscription._freeze("2026-04-06", "2026-04-16")
        self.assertEqual(freeze.due_ids.amount, -200)
        freeze._undo()
        lines = self.subscription._preview_cancel("now", is_rest_refunded=True)["lines"]
        self.assertEqual([one["amount"] for one in lines], [-200])

    def test_a_credit_has_the_taxes_of_what_it_gives_back(self):
        self.env["gym.location.iva.zone"].create(
            {"location_id": self.gdl.id, "zone": "border_north", "date_start": "2026-01-01"}
        )
        self._join(location_id=self.gdl.id)
        tax = self.invoice.amount_tax
        self._pay(self.invoice)
        self.subscription._change_branch(self.roma)
        self.assertNotEqual(self.roma._get_gym_taxes(date(2026, 4, 1)), self.invoice.invoice_line_ids.tax_ids)
        note = self.invoice._give_back(Decimal(600), "Sorry")
        self.assertEqual((note.amount_total, note.amount_tax), (600, tax))
        self.assertEqual(note.invoice_line_ids.tax_ids, self.invoice.invoice_line_ids.tax_ids)

    def test_a_credit_that_waits_is_paid_back_when_it_ends(self):
        self._join(plan_id=self._quincena().id)
        self._pay(self.invoice)
        self._go_to("2026-04-02")
        self.subscription._freeze("2026-04-02", "2026-04-12")
        self._go_to("2026-04-12")
        self.subscription._turn_day(self.roma)
        self.subscription._cancel()
        self.assertEqual(self._get_net(), 300)
        self._go_to("2026-04-16")
        self.subscription._turn_day(self.roma)
        self.assertEqual(self.subscription.state, "cancelled")
        note = self.subscription._get_moves() - self.invoice
        self.assertEqual((note.amount_total, note.reversed_entry_id), (200, self.invoice))
        self.assertEqual(note.gym_refund_ids.mapped("amount"), [200])

    def test_leaving_at_once_pays_back_what_waits_as_the_preview_says(self):
        self._join(plan_id=self._quincena().id)
        self._pay(self.invoice)
        self.subscription._freeze("2026-04-01", "2026-04-09")
        self._go_to("2026-04-09")
        self.subscription._turn_day(self.roma)
        preview = self.subscription._preview_cancel("now")
        note = self.subscription._cancel(at="now")
        self.assertEqual([one["amount"] for one in preview["lines"]], [-160])
        self.assertEqual((note.amount_total, note.reversed_entry_id), (160, self.invoice))

    def test_the_fee_of_a_freeze_that_leaving_drops_is_given_back(self):
        self.plan.write({"freeze_days_per_year": 30, "freeze_fee": 150})
        self._join()
        freeze = self.subscription._freeze("2026-04-20", "2026-04-30")
        self._go_to("2026-04-11")
        self.subscription._cancel()
        self.assertEqual((freeze.state, self._get_net()), ("undone", 600))
