from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from ..invoice import Invoice, InvoiceLine

LINE = InvoiceLine(product_id=1, price_unit=Decimal("430.17"), tax_ids=(1,), name="March")
INVOICE = Invoice(partner_id=1, journal_id=1, invoice_date=date(2026, 3, 1), lines=(LINE,))


@pytest.mark.parametrize(
    "other",
    [
        replace(INVOICE, partner_id=2),
        replace(INVOICE, ref="R2"),
        replace(INVOICE, origin="SUB/2"),
        replace(INVOICE, lines=(replace(LINE, name="April"),)),
    ],
)
def test_customers_references_and_texts_do_not_make_a_pattern(other):
    assert other.pattern == INVOICE.pattern


@pytest.mark.parametrize(
    "other",
    [
        replace(INVOICE, journal_id=2),
        replace(INVOICE, invoice_date=date(2026, 3, 2)),
        replace(INVOICE, fiscal_position_id=0),
        replace(INVOICE, payment_term_id=3),
        replace(INVOICE, values=(("narration", "Thanks"),)),
        replace(INVOICE, lines=(LINE, LINE)),
        replace(INVOICE, lines=(replace(LINE, name=None),)),
        replace(INVOICE, lines=(replace(LINE, price_unit=Decimal("430.18")),)),
        replace(INVOICE, lines=(replace(LINE, quantity=2),)),
        replace(INVOICE, lines=(replace(LINE, tax_ids=(2,)),)),
        replace(INVOICE, lines=(replace(LINE, values=(("analytic_distribution", {"1": 100}),)),)),
    ],
)
def test_whatever_decides_about_amounts_and_accounts_makes_a_pattern(other):
    assert other.pattern != INVOICE.pattern
    assert hash(other.pattern)
