from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gym_subscriptions.domain.amounts import add_tax, split_total, sum_totals

from .strategies import amounts

rates = st.sampled_from([Decimal(0), Decimal(8), Decimal(16)])


@given(amounts, rates)
def test_base_and_tax_make_the_total(total, rate):
    split = split_total(total, rate)
    assert split.base + split.tax == total
    assert abs(split.base * rate / 100 - split.tax) < Decimal("0.01")


@given(amounts, rates)
def test_a_credit_is_the_opposite_of_its_charge(total, rate):
    assert split_total(-total, rate).tax == -split_total(total, rate).tax


@given(amounts, rates)
def test_a_price_with_tax_added_splits_into_what_it_was_made_of(base, rate):
    added = add_tax(base, rate)
    assert split_total(added.total, rate) == added


@pytest.mark.parametrize(
    ("total", "rate", "base", "tax"),
    [
        ("499", "16", "430.17", "68.83"),
        ("499", "8", "462.04", "36.96"),
        ("499", "0", "499", "0"),
        ("0.01", "16", "0.01", "0"),
    ],
)
def test_known_prices(total, rate, base, tax):
    split = split_total(Decimal(total), Decimal(rate))
    assert (split.base, split.tax) == (Decimal(base), Decimal(tax))


def test_fractions_of_cents_and_negative_rates_are_refused():
    for total, rate in ((Decimal("1.001"), Decimal(16)), (Decimal(1), Decimal(-16))):
        with pytest.raises(ValueError, match="not a price in cents"):
            split_total(total, rate)


def test_sums_of_lines():
    total = sum_totals([split_total(Decimal(499), Decimal(16)), split_total(Decimal(100), Decimal(8))])
    assert (total.base, total.tax, total.total) == (Decimal("522.76"), Decimal("76.24"), Decimal(599))
    assert sum_totals([]).total == 0
