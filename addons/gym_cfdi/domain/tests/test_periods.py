"""Periods of global invoices."""

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gym_cfdi.domain.periods import (
    DAY,
    FORTNIGHT,
    MONTH,
    PERIODICITIES,
    TWO_MONTHS,
    WEEK,
    Period,
    local_day,
    period_of,
    periods_over,
)

days = st.dates(date(2024, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    "day, periodicity, start, end, months, year",
    [
        ("2026-11-20", DAY, "2026-11-20", "2026-11-21", "11", 2026),
        ("2026-12-31", DAY, "2026-12-31", "2027-01-01", "12", 2026),
        ("2026-11-20", WEEK, "2026-11-16", "2026-11-23", "11", 2026),
        # the week of 30 November 2026 is two periods
        ("2026-11-30", WEEK, "2026-11-30", "2026-12-01", "11", 2026),
        ("2026-12-01", WEEK, "2026-12-01", "2026-12-07", "12", 2026),
        ("2026-11-15", FORTNIGHT, "2026-11-01", "2026-11-16", "11", 2026),
        ("2026-11-16", FORTNIGHT, "2026-11-16", "2026-12-01", "11", 2026),
        ("2028-02-29", FORTNIGHT, "2028-02-16", "2028-03-01", "02", 2028),
        ("2026-12-05", MONTH, "2026-12-01", "2027-01-01", "12", 2026),
        ("2026-01-05", TWO_MONTHS, "2026-01-01", "2026-03-01", "13", 2026),
        ("2026-11-05", TWO_MONTHS, "2026-11-01", "2027-01-01", "18", 2026),
        ("2026-12-05", TWO_MONTHS, "2026-11-01", "2027-01-01", "18", 2026),
    ],
)
def test_the_period_of_a_day(day, periodicity, start, end, months, year):
    period = period_of(date.fromisoformat(day), periodicity)
    assert period == Period(date.fromisoformat(start), date.fromisoformat(end), periodicity)
    assert (period.months, period.year) == (months, year)
    assert period.issue_by == period.end == period.last_day + timedelta(days=1)


@given(days, st.sampled_from(PERIODICITIES))
def test_periods_hold_their_days_and_leave_no_gap(day, periodicity):
    period = period_of(day, periodicity)
    assert period.start <= day < period.end
    assert all(
        period_of(period.start + timedelta(days=number), periodicity) == period
        for number in range((period.end - period.start).days)
    )
    assert period_of(period.end, periodicity).start == period.end
    if periodicity != TWO_MONTHS:
        assert period.start.month == period.last_day.month


@given(days, st.integers(0, 70), st.sampled_from(PERIODICITIES))
def test_what_is_over_is_listed_once(since, more, periodicity):
    until = since + timedelta(days=more)
    found = periods_over(since, until, periodicity)
    assert all(period.end <= until for period in found)
    assert [period.start for period in found[1:]] == [period.end for period in found[:-1]]
    assert period_of(found[-1].end if found else since, periodicity).end > until


def test_there_is_no_other_periodicity():
    with pytest.raises(ValueError, match="06"):
        period_of(date(2026, 1, 1), "06")


def test_the_day_is_that_of_the_place():
    instant = datetime(2026, 11, 21, 5, 30, tzinfo=timezone.utc)
    assert local_day(instant, "06700") == date(2026, 11, 20)  # Mexico City, 23:30
    assert local_day(instant, "77500") == date(2026, 11, 21)  # Cancún, 00:30
    start, end = period_of(date(2026, 11, 20), DAY).instants("77500")
    assert not start <= instant < end
    start, end = period_of(date(2026, 11, 20), DAY).instants("06700")
    assert start <= instant < end
