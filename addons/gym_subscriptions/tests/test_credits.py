from decimal import Decimal

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import GymSubscriptionsCommon


@tagged("post_install", "-at_install")
class TestGivenCredit(GymSubscriptionsCommon):
    """What is given to a member is taken off their next invoices, once."""

    def setUp(self):
        super().setUp()
        self.clock = self.enterContext(freeze_time("2026-01-15 18:00:00"))
        self.subscription = self._create_subscription()
        self.subscription._activate()

    def _bill_on(self, day):
        self.clock.move_to(f"{day} 18:00:00")
        return self.env["gym.billing.engine"]._bill(self.subscription).moves

    def test_it_lowers_the_next_invoices_and_the_preview_says_so(self):
        self.subscription._give_credit(Decimal("600.00"), "Friend of Ana", self.member)
        self.assertEqual(self.subscription._get_next_bill()["amount"], 0.0)
        self.assertEqual(self._bill_on("2026-02-15").amount_total, 0.0)
        self.assertEqual(self.subscription._get_next_bill()["amount"], 398.0)
        move = self._bill_on("2026-03-15")
        self.assertEqual(move.amount_total, 398.0)
        self.assertIn("Friend of Ana", move.invoice_line_ids.mapped("name"))

    def test_the_same_source_gives_once(self):
        first = self.subscription._give_credit(Decimal("100.00"), "Friend", self.member)
        self.assertEqual(self.subscription._give_credit(Decimal("100.00"), "Friend", self.member), first)
        first.state = "void"
        self.assertNotEqual(self.subscription._give_credit(Decimal("100.00"), "Friend", self.member), first)

    def test_a_credit_that_waits_has_the_taxes_of_the_day_that_bills_it(self):
        credit = self.subscription._give_credit(Decimal("100.00"), "Friend", self.member)
        self.assertEqual(credit.tax_ids, self.company.gym_tax_general_id)
        self.env["gym.location.iva.zone"].create(
            {"location_id": self.roma.id, "zone": "border_north", "date_start": "2026-02-01"}
        )
        move = self._bill_on("2026-02-15")
        self.assertEqual(move.amount_total, 399.0)
        self.assertEqual(move.invoice_line_ids.tax_ids, self.company.gym_tax_border_id)

    def test_nothing_is_no_credit(self):
        for amount in ("0", "-5"):
            with self.assertRaises(UserError):
                self.subscription._give_credit(Decimal(amount), "Friend", self.member)
        self.assertFalse(self.subscription.due_ids.filtered(lambda line: line.amount < 0))
