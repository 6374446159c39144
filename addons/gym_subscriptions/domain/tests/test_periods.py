from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gym_subscriptions.domain.periods import Cycle, Period, add_months, month_of

from .strategies import cycles, days, periods


def _starts(cycle, count):
    return [cycle.start_of(index) for index in range(count)]


@pytest.mark.parametrize(
    ("unit", "count", "kind", "anchor", "expected"),
    [
        ("month", 1, "calendar", (2027, 1, 31), [(2027, 1, 31), (2027, 2, 28), (2027, 3, 31), (2027, 4, 30)]),
        ("month", 1, "calendar", (2028, 1, 30), [(2028, 1, 30), (2028, 2, 29), (2028, 3, 30)]),
        ("month", 3, "calendar", (2026, 11, 30), [(2026, 11, 30), (2027, 2, 28), (2027, 5, 30)]),
        ("year", 1, "calendar", (2024, 2, 29), [(2024, 2, 29), (2025, 2, 28), (2026, 2, 28), (2027, 2, 28)]),
        ("year", 4, "calendar", (2024, 2, 29), [(2024, 2, 29), (2028, 2, 29)]),
        ("day", 10, "calendar", (2026, 12, 25), [(2026, 12, 25), (2027, 1, 4), (2027, 1, 14)]),
        ("week", 2, "calendar", (2026, 12, 25), [(2026, 12, 25), (2027, 1, 8)]),
        ("fortnight", 1, "15_days", (2026, 2, 20), [(2026, 2, 20), (2026, 3, 7), (2026, 3, 22)]),
        ("fortnight", 1, "calendar", (2026, 2, 1), [(2026, 2, 1), (2026, 2, 16), (2026, 3, 1), (2026, 3, 16)]),
        ("fortnight", 1, "calendar", (2026, 2, 20), [(2026, 2, 20), (2026, 3, 1), (2026, 3, 16), (2026, 4, 1)]),
        ("fortnight", 1, "calendar", (2026, 12, 10), [(2026, 12, 10), (2026, 12, 16), (2027, 1, 1)]),
        ("fortnight", 3, "calendar", (2026, 12, 16), [(2026, 12, 16), (2027, 2, 1), (2027, 3, 16)]),
    ],
)  # fmt: skip
def test_periods_start_on_the_days_of_the_calendar(unit, count, kind, anchor, expected):
    cycle = Cycle(unit, count, date(*anchor), kind)
    assert _starts(cycle, len(expected)) == [date(*day) for day in expected]


@given(cycles, st.integers(0, 60))
def test_periods_follow_each_other_without_gap_or_overlap(cycle, index):
    period = cycle.period(index)
    following = cycle.next_period(period)
    assert following == cycle.period(index + 1)
    assert following.start == period.end


@given(cycles, st.integers(0, 2000))
def test_every_day_from_the_anchor_belongs_to_exactly_one_period(cycle, offset):
    day = cycle.anchor + timedelta(days=offset)
    index = cycle.index_of(day)
    assert day in cycle.period(index)
    assert day not in cycle.period(index + 1)
    assert index == 0 or day not in cycle.period(index - 1)


@given(cycles)
def test_a_day_before_the_anchor_belongs_to_none(cycle):
    with pytest.raises(ValueError, match="before the first period"):
        cycle.index_of(cycle.anchor - timedelta(days=1))
    with pytest.raises(ValueError, match="before its anchor"):
        cycle.start_of(-1)


@given(st.integers(1, 12), days, st.integers(0, 60))
def test_months_keep_the_day_of_the_anchor_or_take_the_last_of_a_shorter_month(count, anchor, index):
    start = Cycle("month", count, anchor).start_of(index)
    last = month_of(start).last_day.day
    assert start.day == min(anchor.day, last)
    assert (start.year - anchor.year) * 12 + start.month - anchor.month == index * count


@given(st.builds(Cycle, st.just("fortnight"), st.integers(1, 7), days), st.integers(1, 60))
def test_calendar_fortnights_start_on_the_1st_or_16th_after_a_shorter_first_one(cycle, index):
    assert cycle.start_of(index).day in (1, 16)
    first = cycle.period(0)
    whole = cycle.whole(first)
    assert whole.end == first.end
    assert whole.start <= first.start
    assert whole.start.day in (1, 16)


@given(cycles, st.integers(1, 40))
def test_a_period_of_the_cycle_is_priced_as_itself(cycle, index):
    period = cycle.period(index)
    assert cycle.whole(period) == period


def test_a_stub_is_priced_by_the_quincenas_it_ends_with():
    cycle = Cycle("fortnight", 2, date(2026, 3, 10))
    assert cycle.period(0) == Period(date(2026, 3, 10), date(2026, 3, 16))
    assert cycle.whole(cycle.period(0)) == Period(date(2026, 2, 16), date(2026, 3, 16))


@given(cycles, st.integers(0, 900), st.integers(0, 400))
def test_periods_between_are_those_that_start_there(cycle, offset, length):
    start = cycle.anchor + timedelta(days=offset)
    end = start + timedelta(days=length)
    first, last = cycle.index_of(start), cycle.index_of(end)
    expected = [period for index in range(first, last + 1) if start <= (period := cycle.period(index)).start < end]
    assert cycle.periods_between(start, end) == expected


def test_after_an_extension_the_next_period_ends_with_the_cycle_or_the_cycle_restarts():
    cycle = Cycle("month", 1, date(2026, 1, 31))
    extended = Period(date(2026, 2, 28), date(2026, 4, 10))
    assert cycle.next_period(extended) == Period(date(2026, 4, 10), date(2026, 4, 30))
    assert cycle.restart(extended.end).period(0) == Period(date(2026, 4, 10), date(2026, 5, 10))


@given(periods(), periods())
def test_what_two_periods_share_is_in_both(one, other):
    shared = one.intersect(other)
    assert shared == other.intersect(one)
    if shared is None:
        assert one.end <= other.start or other.end <= one.start
    else:
        assert shared.start in one and shared.start in other
        assert shared.last_day in one and shared.last_day in other


@given(periods(), st.integers(1, 9))
def test_periods_that_touch_share_no_day(period, length):
    following = Period(period.end, period.end + timedelta(days=length))
    assert period.intersect(following) is None
    assert following.intersect(period) is None


@given(periods(), st.integers(-30, 900))
def test_before_and_after_a_day_make_up_the_period(period, offset):
    day = period.start + timedelta(days=offset)
    parts = [part for part in (period.until(day), period.since(day)) if part]
    assert sum(part.days for part in parts) == period.days
    assert (parts[0].start, parts[-1].end) == (period.start, period.end)


def test_a_period_is_never_empty():
    with pytest.raises(ValueError, match="ends after it starts"):
        Period(date(2026, 1, 1), date(2026, 1, 1))


@pytest.mark.parametrize("values", [("hour", 1), ("month", 0), ("month", -1)])
def test_an_impossible_cycle_is_refused(values):
    with pytest.raises(ValueError, match="no cycle"):
        Cycle(*values, date(2026, 1, 1))


def test_months_are_added_backwards_too():
    assert add_months(date(2026, 3, 31), -1) == date(2026, 2, 28)
    assert add_months(date(2026, 1, 15), -13) == date(2024, 12, 15)
