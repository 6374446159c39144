from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gym_members.domain.business_days import add_business_days, business_days_between, is_business_day

DAYS = st.dates(date(2024, 1, 1), date(2040, 12, 31))
COUNTS = st.integers(1, 120)

# LFT art. 74, worked out by hand for years that differ
STATUTORY = [
    date(2025, 1, 1),
    date(2025, 2, 3),
    date(2025, 3, 17),
    date(2025, 5, 1),
    date(2025, 9, 16),
    date(2025, 11, 17),
    date(2025, 12, 25),
    date(2026, 2, 2),
    date(2026, 3, 16),
    date(2026, 11, 16),
    date(2030, 10, 1),  # change of the federal executive, every six years
]


@pytest.mark.parametrize("day", STATUTORY)
def test_statutory_rest_days_do_not_count(day):
    assert not is_business_day(day)
    assert add_business_days(day - timedelta(days=1), 1) > day


def test_first_of_october_counts_in_other_years():
    assert is_business_day(date(2026, 10, 1))


def test_weeks_before_and_after_christmas():
    assert add_business_days(date(2026, 12, 18), 20) == date(2027, 1, 19)  # 25 December and 1 January are Fridays


def test_received_on_saturday_starts_on_monday():
    assert add_business_days(date(2026, 7, 4), 1) == date(2026, 7, 6)


@pytest.mark.parametrize("count", [0, -1])
def test_a_deadline_is_in_the_future(count):
    with pytest.raises(ValueError):
        add_business_days(date(2026, 7, 4), count)


@given(DAYS, COUNTS)
def test_adding_and_counting_are_inverse(start, count):
    assert business_days_between(start, add_business_days(start, count)) == count


@given(DAYS, COUNTS)
def test_result_is_a_business_day_after_start(start, count):
    end = add_business_days(start, count)
    assert is_business_day(end) and end.weekday() < 5
    assert (end - start).days >= count


@given(DAYS, COUNTS)
def test_later_start_or_more_days_never_ends_earlier(start, count):
    assert add_business_days(start + timedelta(days=1), count) >= add_business_days(start, count)
    assert add_business_days(start, count + 1) > add_business_days(start, count)


@given(DAYS, COUNTS, COUNTS)
def test_adding_in_two_steps_is_adding_at_once(start, one, two):
    assert add_business_days(add_business_days(start, one), two) == add_business_days(start, one + two)


@given(DAYS, st.integers(0, 60))
def test_nothing_lies_between_a_day_and_an_earlier_one(day, back):
    assert business_days_between(day, day - timedelta(days=back)) == 0
