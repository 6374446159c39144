from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gym_subscriptions.domain.deferral import earned, is_deferred, refund, reschedule, schedule, unearned
from gym_subscriptions.domain.periods import Cycle, Period, add_months, month_of
from gym_subscriptions.domain.proration import CENT

from .strategies import amounts, cycles, days_within, periods, prices

YEAR = Period(date(2026, 3, 15), date(2027, 3, 15))


@given(amounts, periods())
def test_months_add_up_and_cover_the_period(amount, period):
    portions = schedule(amount, period)
    assert sum(portion.amount for portion in portions) == amount
    assert (portions[0].period.start, portions[-1].period.end) == (period.start, period.end)
    for one, following in zip(portions, portions[1:], strict=False):
        assert one.period.end == following.period.start
        assert following.period.start.day == 1
    for portion in portions:
        assert portion.period.intersect(month_of(portion.period.start)) == portion.period
        assert abs(portion.amount - amount * portion.period.days / period.days) <= CENT


@given(amounts, periods(), st.data())
def test_earned_and_unearned_make_the_whole_and_follow_the_schedule(amount, period, data):
    day = data.draw(days_within(period))
    assert earned(amount, period, day) + unearned(amount, period, day) == amount
    at_month_ends = [p for p in schedule(amount, period) if p.period.end <= day]
    if at_month_ends and at_month_ends[-1].period.end == day:
        assert sum(portion.amount for portion in at_month_ends) == earned(amount, period, day)


def test_a_year_of_dues():
    portions = schedule(Decimal(3650), YEAR)
    assert len(portions) == 13
    assert [portion.amount for portion in portions[:3]] == [Decimal(170), Decimal(300), Decimal(310)]
    assert portions[-1].amount == Decimal(140)


@given(cycles)
def test_only_periods_above_a_month_are_spread(cycle):
    period = cycle.period(0)
    expected = period.days > (add_months(period.start, 1) - period.start).days
    assert is_deferred(period) == expected
    if cycle.unit == "month":
        assert is_deferred(period) == (cycle.count > 1)


def test_a_month_that_starts_on_the_31st_is_not_spread():
    assert not is_deferred(Cycle("month", 1, date(2026, 1, 31)).period(0))
    assert is_deferred(Period(date(2026, 1, 31), date(2026, 3, 1)))


@given(prices, periods(), st.data())
def test_a_refund_leaves_no_liability_and_the_right_income(amount, period, data):
    day = data.draw(days_within(period))
    refunded = data.draw(st.integers(0, int(amount * 100)).map(lambda cents: Decimal(cents) / 100))
    split = refund(amount, period, day, refunded)
    assert min(split.from_deferred, split.from_income, split.released) >= 0
    assert split.from_deferred + split.from_income == refunded
    assert split.from_deferred + split.released == unearned(amount, period, day)
    income = earned(amount, period, day) + split.released - split.from_income
    assert income == amount - refunded


def test_withdrawal_takes_back_income_and_leaving_without_refund_recognises_the_rest():
    full = refund(Decimal(3650), YEAR, date(2026, 3, 18), Decimal(3650))
    assert (full.from_deferred, full.from_income, full.released) == (Decimal(3620), Decimal(30), 0)
    none = refund(Decimal(3650), YEAR, date(2026, 3, 18), Decimal(0))
    assert (none.from_deferred, none.from_income, none.released) == (0, 0, Decimal(3620))
    # the books close at month end: nothing was recognised by the 18th
    booked = refund(Decimal(3650), YEAR, date(2026, 3, 18), Decimal(3650), recognised=Decimal(0))
    assert (booked.from_deferred, booked.from_income, booked.released) == (Decimal(3650), 0, 0)
    with pytest.raises(ValueError, match="nobody can pay back"):
        refund(Decimal(3650), YEAR, date(2026, 3, 18), Decimal("3650.01"))


@given(prices, periods(), periods(), st.data())
def test_moved_days_recognise_what_is_left(amount, period, rest, data):
    recognised = earned(amount, period, data.draw(days_within(period)))
    portions = reschedule(amount, recognised, rest)
    assert sum(portion.amount for portion in portions) + recognised == amount


def test_nothing_is_left_without_days():
    assert reschedule(Decimal(10), Decimal(10), None) == []
    with pytest.raises(ValueError, match="no day to do it"):
        reschedule(Decimal(10), Decimal(9), None)
