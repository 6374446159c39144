from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ..waterfall import axis_begin, bars, whole

money = st.decimals(-900_000, 900_000, places=2)


@given(money, st.lists(money, max_size=8))
def test_what_is_shown_adds_up_and_stays_on_the_axis(start, changes):
    shown, begin = bars(start, changes)
    first, *steps, last = shown
    assert first.amount + sum(step.amount for step in steps) == last.amount == whole(start + sum(changes))
    assert all(bar.left >= -0.01 and bar.width >= 0 and bar.left + bar.width <= 100.02 for bar in shown)
    assert begin <= min(first.amount, last.amount)


@given(money)
def test_an_amount_is_at_most_half_a_peso_off(amount):
    assert abs(whole(amount) - amount) <= Decimal("0.5")


def test_a_cent_that_went_is_zero_without_a_sign():
    shown, _begin = bars(1000, [Decimal("-0.01"), Decimal("0.01")])
    assert [str(bar.amount) for bar in shown] == ["1000", "0", "0", "1000"]


def test_halves_go_away_from_zero():
    assert [whole(amount) for amount in (0.5, -0.5, 2.5, -2.5)] == [1, -1, 3, -3]


def test_small_changes_of_a_large_sum_can_be_seen():
    shown, begin = bars(100_000, [2_000, -1_000])
    assert begin == 95_000
    assert shown[1].width > 25
    assert axis_begin([100, 0]) == 0
