from decimal import Decimal

from odoo.tests import tagged

from ..models.money import add_up, to_decimal, to_number
from .common import GymSubscriptionsCommon

# The nearest float of some is below, of others above them, and sums of them miss cents
AMOUNTS = [Decimal(text) for text in ("0.10", "0.20", "1.005", "430.17", "-2.67", "1234567.89", "0.00")]


@tagged("post_install", "-at_install")
class TestMoney(GymSubscriptionsCommon):
    """Amounts are the same cents on both sides of Odoo's fields."""

    def test_fields_take_decimals(self):
        addon = self._create_addon()
        for amount in (Decimal("0.10"), Decimal("430.17"), Decimal("1234567.89"), Decimal("0.00")):
            with self.subTest(amount=amount):
                addon.amount = amount
                self.assertEqual(to_decimal(addon.amount), amount)
                made = (
                    self._create_addon(amount=amount) | addon.copy({"amount": amount}) | addon.new({"amount": amount})
                )
                self.assertEqual({to_decimal(one.amount) for one in made}, {amount})
                self.env.flush_all()
                self.env.invalidate_all()
                self.assertEqual({to_decimal(one.amount) for one in addon | made.filtered("create_date")}, {amount})

    def test_sums_lose_no_cent(self):
        self.assertEqual(add_up([0.1] * 3), Decimal("0.30"))
        self.assertEqual(add_up([Decimal("0.10"), 0.2]), Decimal("0.30"))
        self.assertEqual(add_up([]), Decimal("0.00"))
        self.assertEqual((to_decimal(False), to_decimal(None), to_decimal(16.005)), (0, 0, Decimal("16.00")))
        self.assertEqual(to_number(33.333), Decimal("33.333"))

    def test_people_read_decimals_as_floats(self):
        currency, widget = self.company.currency_id, self.env["ir.qweb.field.monetary"]
        for amount in AMOUNTS:
            with self.subTest(amount=amount):
                self.assertEqual(currency.format(amount), currency.format(float(amount)))
                shown = [widget.value_to_html(one, {"display_currency": currency}) for one in (amount, float(amount))]
                self.assertEqual(*shown)

    def test_currencies_compare_decimals_as_floats(self):
        currency, other = self.company.currency_id, 430.17
        for amount in AMOUNTS:
            with self.subTest(amount=amount):
                self.assertEqual(currency.is_zero(amount), currency.is_zero(float(amount)))
                self.assertEqual(currency.round(amount), currency.round(float(amount)))
                compared = currency.compare_amounts(amount, other)
                self.assertEqual(compared, currency.compare_amounts(float(amount), other))
                self.assertEqual(compared, -currency.compare_amounts(other, amount))
