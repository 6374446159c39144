from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gym_subscriptions.domain.periods import Period
from gym_subscriptions.domain.proration import CENT, allocate, prorate

from .strategies import amounts, cut_periods, prices

weights = st.dictionaries(st.text(max_size=3), st.integers(0, 1000), min_size=1, max_size=12).filter(
    lambda weights: sum(weights.values())
)


@given(prices, cut_periods())
def test_parts_of_a_period_add_up_to_its_price(price, cut):
    whole, parts = cut
    assert sum(prorate(price, part, whole) for part in parts) == price


@given(prices, cut_periods())
def test_a_part_is_within_a_cent_of_its_share_and_never_negative(price, cut):
    whole, parts = cut
    for part in parts:
        amount = prorate(price, part, whole)
        assert abs(amount - price * part.days / whole.days) <= CENT
        assert 0 <= amount <= price


@given(amounts, cut_periods())
def test_a_credit_for_days_is_the_opposite_of_their_charge(price, cut):
    whole, parts = cut
    assert all(prorate(-price, part, whole) == -prorate(price, part, whole) for part in parts)


def test_half_of_a_month_of_30_days_costs_half():
    april = Period(date(2026, 4, 1), date(2026, 5, 1))
    assert prorate(Decimal("499.00"), Period(date(2026, 4, 16), date(2026, 5, 1)), april) == Decimal("249.50")
    assert prorate(Decimal("499.00"), None, april) == 0


def test_a_part_outside_of_the_period_and_fractions_of_cents_are_refused():
    april = Period(date(2026, 4, 1), date(2026, 5, 1))
    with pytest.raises(ValueError, match="not within"):
        prorate(Decimal(499), Period(date(2026, 4, 16), date(2026, 5, 2)), april)
    with pytest.raises(ValueError, match="in cents"):
        prorate(Decimal("499.001"), april, april)


@given(amounts, weights)
def test_shares_add_up_to_the_total(total, by):
    shares = allocate(total, by)
    assert sum(shares.values()) == total
    assert list(shares) == list(by)
    for key, share in shares.items():
        assert abs(share - total * by[key] / sum(by.values())) < CENT


@given(amounts, weights, st.randoms())
def test_the_order_of_seats_changes_no_share(total, by, random):
    shuffled = list(by.items())
    random.shuffle(shuffled)
    assert allocate(total, dict(shuffled)) == allocate(total, by)


@given(amounts, weights)
def test_a_larger_weight_never_gets_less(total, by):
    shares = allocate(abs(total), by)
    ordered = sorted(by, key=lambda key: by[key])
    for small, large in zip(ordered, ordered[1:], strict=False):
        assert by[small] == by[large] or shares[small] <= shares[large]


@pytest.mark.parametrize("by", [{}, {"a": 0}, {"a": 1, "b": -1}])
def test_nothing_is_shared_by_nothing(by):
    with pytest.raises(ValueError, match="weights"):
        allocate(Decimal(10), by)
