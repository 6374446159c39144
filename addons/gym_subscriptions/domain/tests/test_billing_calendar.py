from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gym_subscriptions.domain.billing_calendar import Due, bill_day, due_periods, is_clock_back
from gym_subscriptions.domain.periods import Cycle

from .strategies import cycles, days

MONTHLY = Cycle("month", 1, date(2026, 1, 31))
no_limit = 10_000


def test_a_period_is_due_on_its_first_day_or_some_days_before():
    assert due_periods(MONTHLY, date(2026, 2, 28), date(2026, 2, 27)) == Due()
    assert due_periods(MONTHLY, date(2026, 2, 28), date(2026, 2, 28)) == Due((MONTHLY.period(1),))
    assert due_periods(MONTHLY, date(2026, 2, 28), date(2026, 2, 23), lead_days=5) == Due((MONTHLY.period(1),))
    assert bill_day(date(2026, 2, 28), lead_days=5) == date(2026, 2, 23)


def test_a_late_cron_bills_each_missed_period_up_to_the_limit():
    due = due_periods(MONTHLY, date(2026, 2, 28), date(2026, 7, 1))
    assert due.periods == tuple(MONTHLY.period(index) for index in (1, 2, 3))
    assert (due.held_back, due.missed) == (2, 3)
    assert due_periods(MONTHLY, date(2026, 2, 28), date(2026, 3, 31)).missed == 1


def test_who_leaves_is_not_billed_for_days_after():
    assert due_periods(MONTHLY, date(2026, 2, 28), date(2026, 7, 1), ends_on=date(2026, 2, 28)) == Due()
    assert due_periods(MONTHLY, date(2026, 2, 28), date(2026, 7, 1), ends_on=date(2026, 3, 1)).periods == (
        MONTHLY.period(1),
    )


@given(cycles, st.lists(st.integers(0, 700), min_size=1, max_size=8), st.integers(0, 10), st.integers(1, 4))
def test_however_the_clock_jumps_every_period_is_billed_once(cycle, offsets, lead, limit):
    """Run on any sequence of days, forwards and backwards: periods follow each other without gap or repetition."""
    billed, billed_until = [], cycle.anchor
    for offset in offsets:
        today = cycle.anchor + timedelta(days=offset)
        due = due_periods(cycle, billed_until, today, lead, limit=limit)
        assert len(due.periods) <= limit
        assert not due.held_back or len(due.periods) == limit
        assert all(period.start <= today + timedelta(days=lead) for period in due.periods)
        billed += due.periods
        billed_until = billed[-1].end if billed else billed_until
    assert billed == [cycle.period(index) for index in range(len(billed))]


@given(cycles, st.integers(0, 700), st.integers(0, 700))
def test_days_in_between_change_nothing(cycle, one, other):
    early, late = sorted((one, other))
    days_of = [cycle.anchor + timedelta(days=offset) for offset in (early, late)]
    first = due_periods(cycle, cycle.anchor, days_of[0], limit=no_limit).periods
    then = due_periods(cycle, first[-1].end, days_of[1], limit=no_limit).periods
    assert first + then == due_periods(cycle, cycle.anchor, days_of[1], limit=no_limit).periods


@given(days, days)
def test_the_clock_is_back_when_it_says_a_day_before_the_last_run(today, last_run):
    assert is_clock_back(today, last_run) == (today < last_run)
    assert not is_clock_back(today, None)
