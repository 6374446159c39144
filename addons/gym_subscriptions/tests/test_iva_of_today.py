from odoo.tests import freeze_time, tagged

from ..models.money import to_decimal
from .common import GymSubscriptionsCommon


@tagged("post_install", "-at_install")
class TestIvaOfToday(GymSubscriptionsCommon):
    """A branch of the border zone until the last day of 2026: each invoice carries the IVA of its own day."""

    def setUp(self):
        super().setUp()
        self.clock = self.enterContext(freeze_time("2026-12-20 18:00:00"))
        self.general, self.border = self.company.gym_tax_general_id, self.company.gym_tax_border_id
        self.zone = self.env["gym.location.iva.zone"].create(
            {"location_id": self.roma.id, "zone": "border_north", "date_start": "2026-01-01", "date_end": "2026-12-31"}
        )

    def _go_to(self, day):
        self.clock.move_to(f"{day} 18:00:00")

    def _bill(self, subscription):
        outcome = self.env["gym.billing.engine"]._bill(subscription)
        self.assertFalse(outcome.issues)
        return outcome.moves

    def _join(self, **values):
        subscription = self._create_subscription(**values)
        subscription._activate()
        return subscription

    def test_an_enrolment_that_waited_for_a_trial_has_the_rate_of_its_invoice(self):
        self.plan.write({"trial_days": 15, "enrolment_fee": 300})
        subscription = self._join()
        self._go_to("2027-01-04")
        move = self._bill(subscription)
        self.assertEqual((move.amount_total, move.invoice_line_ids.tax_ids), (799, self.general))

    def test_dues_that_are_billed_late_have_the_rate_of_their_invoice(self):
        self._go_to("2026-11-30")
        subscription = self._join()
        self.assertEqual(subscription._get_moves().invoice_line_ids.tax_ids, self.border)
        self._go_to("2027-01-03")
        self.assertEqual(self._bill(subscription).invoice_line_ids.tax_ids, self.general)

    def test_what_waits_when_somebody_moves_has_the_rate_of_the_new_branch(self):
        self.plan.write({"trial_days": 5, "enrolment_fee": 300})
        subscription = self._join()
        subscription._change_branch(self.gdl)
        self._go_to("2026-12-25")
        move = self._bill(subscription)
        self.assertEqual((move.gym_location_id, move.invoice_line_ids.tax_ids), (self.gdl, self.general))

    def test_own_taxes_of_a_plan_stay(self):
        own = self.general.copy({"name": "Own"})
        self.plan.write({"trial_days": 15, "enrolment_fee": 300, "tax_ids": [(6, 0, own.ids)]})
        subscription = self._join()
        self._go_to("2027-01-04")
        self.assertEqual(self._bill(subscription).invoice_line_ids.tax_ids, own)

    def _assert_no_tax_is_negative(self, moves):
        for move in moves:
            for line in move.line_ids.filtered("tax_line_id"):
                self.assertLessEqual(line.balance * (1 if move.move_type == "out_invoice" else -1), 0, move.name)

    def test_a_credit_of_another_rate_gets_a_credit_note_of_its_own(self):
        self.plan.write({"freeze_days_per_year": 30, "freeze_min_days": 1})
        self.plan.write({"period_unit": "fortnight"})
        self.plan.price_ids.amount = 300
        self._go_to("2026-12-16")
        subscription = self._join()
        self._go_to("2026-12-20")
        subscription._freeze("2026-12-20", "2026-12-28")
        first = subscription._get_moves()
        self._go_to("2026-12-28")
        subscription._turn_day(self.roma)
        self._go_to("2027-01-01")
        second = self._bill(subscription)
        note = subscription._get_moves() - first - second
        self.assertRecordValues(
            note,
            [{"move_type": "out_refund", "amount_total": 150, "reversed_entry_id": first.id, "amount_residual": 0}],
        )
        self.assertEqual((second.amount_total, second.invoice_line_ids.tax_ids), (300, self.general))
        self.assertEqual(note.invoice_line_ids.tax_ids, self.border)
        self.assertEqual(first.amount_residual + second.amount_residual, 450)
        self._assert_no_tax_is_negative(first | second | note)

    def test_a_credit_of_another_rate_lowers_the_new_invoice_when_the_old_one_is_paid(self):
        plus = self._create_plan(name="Plus", price=998, tier=2)
        subscription = self._join()
        first = subscription._get_moves()
        self.env["account.payment.register"].with_context(active_model="account.move", active_ids=first.ids).create(
            {}
        ).action_create_payments()
        self.assertFalse(first.amount_residual)
        self._go_to("2027-01-10")
        preview = subscription._preview_change_plan(plus)
        moves = subscription._change_plan(plus)
        invoice = moves.filtered(lambda move: move.move_type == "out_invoice")
        note = moves - invoice
        self.assertEqual((invoice.invoice_line_ids.tax_ids, note.invoice_line_ids.tax_ids), (self.general, self.border))
        self.assertEqual((note.reversed_entry_id, note.amount_residual), (first, 0))
        self.assertEqual(to_decimal(invoice.amount_residual), sum(line["amount"] for line in preview["lines"]))
        self._assert_no_tax_is_negative(moves)

    def test_the_iva_of_the_border_is_no_ieps(self):
        ieps = self.border.copy({"name": "8% IEPS", "l10n_mx_tax_type": "ieps", "sequence": 0})
        company = self.company
        company.gym_tax_border_id = False
        company._ensure_gym_taxes()
        self.assertEqual((company.gym_tax_border_id.l10n_mx_tax_type, company.gym_tax_border_id.amount), ("iva", 8))
        self.assertNotEqual(company.gym_tax_border_id, ieps)
