from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.gym_subscriptions.domain.periods import Cycle, Period, add_months, month_of
from odoo.addons.gym_subscriptions.domain.proration import CENT, ZERO
from odoo.addons.gym_subscriptions.domain.tests.strategies import amounts, cycles, days_of, days_within, periods

from gym_revenue.domain.deferral import CROSSING, LONG, earned, given_up, is_deferred, months_to_close, portion

YEAR = Period(date(2026, 3, 15), date(2027, 3, 15))


def close(amount, period, until=None, frozen=(), last=None):
    """Close month after month; return what each recognised."""
    done, found = ZERO, []
    for month in months_to_close(period.start, last or add_months(until or period.end, 1)):
        found.append(portion(amount, done, period, month, until, frozen))
        done += found[-1]
    return found


@given(amounts, periods())
def test_months_add_up_and_are_as_long_as_their_days(amount, period):
    found = close(amount, period)
    assert sum(found) == amount
    for month, part in zip(months_to_close(period.start, date(2099, 1, 1)), found, strict=False):
        shared = month.intersect(period)
        assert abs(part - amount * (shared.days if shared else 0) / period.days) <= CENT


@given(amounts, periods(), st.data())
def test_closing_late_recognises_the_same_in_all(amount, period, data):
    day = data.draw(days_within(period))
    closed = sum(close(amount, period, last=day))
    first_open = add_months(day.replace(day=1), 0)
    assert closed == earned(amount, period, first_open) if first_open > period.start else closed == 0


@given(amounts, periods(), st.data())
def test_frozen_days_earn_nothing_and_move_the_rest(amount, period, data):
    start = data.draw(days_of(period))
    freeze = Period(start, start + timedelta(days=data.draw(st.integers(1, 90))))
    end = period.end + timedelta(days=freeze.days)
    assert earned(amount, period, freeze.end, end, [freeze]) == earned(amount, period, freeze.start)
    assert sum(close(amount, period, end, [freeze])) == amount
    day = data.draw(days_within(Period(freeze.end, end)))
    if day < end:
        assert earned(amount, period, day, end, [freeze]) == earned(amount, period, day - timedelta(days=freeze.days))


@given(amounts, periods(), st.data())
def test_what_ends_early_is_earned_at_once_and_a_refund_leaves_the_difference(amount, period, data):
    day = data.draw(days_of(period))
    refunded = data.draw(st.integers(0, int(abs(amount) * 100)).map(lambda cents: Decimal(cents) / 100))
    rest = Period(day, period.end)
    income = earned(amount, period, day, day) + earned(-refunded, rest, day, day)
    assert income == amount - refunded


@given(amounts, periods(), st.data())
def test_what_nobody_paid_is_earned_until_the_door_closes_and_no_longer(amount, period, data):
    shut, later = data.draw(days_of(period)), data.draw(st.integers(0, 900))
    served = earned(amount, period, shut + timedelta(days=later), shut, is_paid=False)
    assert served == earned(amount, period, shut)
    assert abs(served) <= abs(amount)
    assert earned(amount, period, period.end, period.end, is_paid=False) == amount


shares = st.integers(0, 1000).map(lambda thousandths: Decimal(thousandths) / 1000)


@given(amounts, periods(), shares, st.data())
def test_what_is_given_up_is_neither_served_nor_paid(amount, period, lost, data):
    shut = data.draw(days_of(period))
    served, left = earned(amount, period, shut), given_up(amount, period, shut, lost=lost)
    income = earned(amount, period, period.end, shut, lost=lost)
    assert income + left == amount
    assert abs(income) >= abs(served)
    assert abs(left) <= abs(amount * lost) + CENT
    assert left == 0 or (left > 0) == (amount > 0)


@given(amounts, periods(), shares, st.data())
def test_giving_up_all_leaves_what_was_served_and_giving_up_nothing_changes_nothing(amount, period, lost, data):
    shut = data.draw(days_of(period))
    assert given_up(amount, period, shut, lost=Decimal(1)) == amount - earned(amount, period, shut)
    assert given_up(amount, period, shut) == 0
    assert given_up(amount, period, period.end, lost=lost) == 0


@given(amounts, periods(), st.data())
def test_a_mirrored_credit_cancels_on_every_day(amount, period, data):
    day = data.draw(days_within(period))
    assert earned(amount, period, day) + earned(-amount, period, day) == 0


def test_a_year_of_dues():
    found = close(Decimal(3650), YEAR, last=date(2027, 4, 1))
    assert len(found) == 13
    assert (found[:3], found[-1]) == ([Decimal(170), Decimal(300), Decimal(310)], Decimal(140))


@given(cycles)
def test_periods_above_a_month_are_spread(cycle):
    period = cycle.period(0)
    expected = period.days > (add_months(period.start, 1) - period.start).days
    assert is_deferred(period, period.start) == expected
    if cycle.unit == "month":
        assert is_deferred(period, period.start) == (cycle.count > 1)


@pytest.mark.parametrize(
    ("start", "end", "billed", "long", "crossing"),
    [
        ("2026-01-31", "2026-02-28", "2026-01-31", False, True),
        ("2026-01-31", "2026-03-01", "2026-01-31", True, True),
        ("2026-01-01", "2026-02-01", "2026-01-01", False, False),
        ("2026-02-01", "2026-03-01", "2026-01-15", True, True),  # paid ahead: it begins in a later month
        ("2026-01-16", "2026-02-16", "2026-02-20", False, False),  # billed late: over in the month of the invoice
    ],
)
def test_what_is_spread(start, end, billed, long, crossing):
    period = Period(date.fromisoformat(start), date.fromisoformat(end))
    found = [is_deferred(period, date.fromisoformat(billed), scope) for scope in (LONG, CROSSING)]
    assert found == [long, crossing]


def test_a_month_that_starts_on_the_31st_is_not_spread():
    period = Cycle("month", 1, date(2026, 1, 31)).period(0)
    assert not is_deferred(period, period.start)


def test_months_to_close_are_over():
    assert months_to_close(date(2026, 1, 20), date(2026, 3, 31)) == [
        month_of(date(2026, 1, 1)),
        month_of(date(2026, 2, 1)),
    ]
    assert months_to_close(date(2026, 3, 1), date(2026, 3, 31)) == []
