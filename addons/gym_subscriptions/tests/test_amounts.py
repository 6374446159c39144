import random
from decimal import Decimal

from odoo.tests import TransactionCase, tagged

from ..domain.amounts import split_total


@tagged("post_install", "-at_install")
class TestAmounts(TransactionCase):
    """``domain/`` shows what Odoo's own taxes post."""

    def test_base_and_tax_are_those_of_a_price_included_tax(self):
        random.seed(1)
        cents = [1, 2, 7, 100, 49900, *(random.randrange(1, 5_000_000) for _number in range(200))]
        for rate in (16, 8, 0):
            tax = self.env["account.tax"].create(
                {
                    "name": f"IVA {rate}",
                    "amount": rate,
                    "amount_type": "percent",
                    "type_tax_use": "sale",
                    "price_include_override": "tax_included",
                }
            )
            for total in (sign * Decimal(number) / 100 for number in cents for sign in (1, -1)):
                with self.subTest(rate=rate, total=total):
                    posted = tax.compute_all(float(total))
                    split = split_total(total, Decimal(rate))
                    self.assertEqual(
                        (f"{posted['total_excluded']:.2f}", f"{posted['total_included']:.2f}"),
                        (f"{split.base:.2f}", f"{split.total:.2f}"),
                    )
