"""The payments of an invoice state the taxes that its credit notes leave."""

from decimal import ROUND_DOWN
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gym_cfdi.domain.payment_amounts import InvoiceTax
from gym_cfdi.domain.payment_left import Earlier, taxes_left

IVA = ("traslado", "002", "Tasa", D("0.16"))
EXEMPT = ("traslado", "002", "Exento", None)
ISR = ("retencion", "001", "Tasa", D("0.0125"))
SMALLEST = D("0.000001")

shares = st.integers(0, 100).map(lambda percent: D(percent) / 100)
bases = st.integers(1, 10_000_000).map(lambda cents: D(cents) / 100)


def taxed(base):
    return InvoiceTax(*IVA, base=base)


def exempt(base):
    return InvoiceTax(*EXEMPT, base=base)


def written(amount):
    """Return the amount as a CFDI can write it."""
    return amount.quantize(SMALLEST, ROUND_DOWN)


def gross(taxes):
    return sum(tax.base * (1 + (tax.rate or 0)) for tax in taxes)


def test_nothing_earlier_leaves_all():
    assert taxes_left((taxed(D(1000)),), D(1160), ()) == ((taxed(D(1000)),), D(1160))


@pytest.mark.parametrize(
    ("earlier", "left"),
    [
        ([Earlier(D(1000), (exempt(D(1000)),))], (taxed(D(1000)),)),
        ([Earlier(D(1160), (taxed(D(1000)),))], (exempt(D(1000)),)),
        ([Earlier(D(1080))], (taxed(D(500)), exempt(D(500)))),
    ],
)
def test_what_a_credit_note_names_is_what_it_takes(earlier, left):
    found, amount = taxes_left((taxed(D(1000)), exempt(D(1000))), D(2160), earlier)
    assert amount == 2160 - earlier[0].amount
    assert found == left


def test_a_credit_note_that_names_nothing_of_the_invoice_takes_from_all():
    found, amount = taxes_left((taxed(D(1000)), exempt(D(1000))), D(2160), [Earlier(D(1080), ())])
    assert [round(tax.base, 6) for tax in found] == [D(500), D(500)]
    assert amount == D(1080)


def test_withheld_tax_of_a_credited_line_is_gone():
    taxes = (taxed(D(1000)), InvoiceTax(*ISR, base=D(1000)), exempt(D(500)))
    credit = Earlier(D("1147.50"), (taxed(D(1000)), InvoiceTax(*ISR, base=D(1000))))
    assert taxes_left(taxes, D("1647.50"), [credit]) == ((exempt(D(500)),), D(500))


@given(bases, bases, bases, st.lists(st.tuples(st.sampled_from("iep"), shares), max_size=6))
def test_what_is_left_is_the_balance_and_never_negative(iva, free, untaxed, steps):
    taxes = (taxed(iva), exempt(free))
    total = gross(taxes) + untaxed
    earlier, left = [], total
    for kind, share in steps:
        if kind == "i":
            base = written(min(iva * share, left / D("1.16")))
            event = Earlier(base * D("1.16"), (taxed(base),))
        elif kind == "e":
            base = written(min(free * share, left))
            event = Earlier(base, (exempt(base),))
        else:
            event = Earlier(written(left * share))
        earlier.append(event)
        left -= event.amount
    found, amount = taxes_left(taxes, total, earlier)
    assert amount == left >= 0
    assert all(tax.base >= SMALLEST for tax in found)
    assert gross(found) <= left + D("0.0001")


@given(bases, bases, shares)
def test_a_credit_note_before_all_payments_leaves_the_other_iva_exact(iva, free, share):
    credit = Earlier(free * share, (exempt(free * share),))
    found, _left = taxes_left((taxed(iva), exempt(free)), iva * D("1.16") + free, [credit])
    assert found[0] == taxed(iva)
