from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ..schedule import FREQUENCIES, WEEKLY, days_told, monday_of, next_day

days = st.dates(date(2020, 1, 1), date(2035, 1, 1))
numbers = {"weekly": st.integers(0, 6), "monthly": st.integers(1, 31)}
schedules = st.sampled_from(FREQUENCIES).flatmap(lambda one: st.tuples(st.just(one), numbers[one]))


@given(schedules, days)
def test_the_next_day_comes_within_a_week_or_a_month(schedule, day):
    frequency, number = schedule
    found = next_day(frequency, number, day)
    assert timedelta(0) < found - day <= timedelta(days=7 if frequency == WEEKLY else 31)
    assert found.weekday() == number if frequency == WEEKLY else found.day <= number


@given(schedules, days)
def test_one_report_begins_where_the_last_one_ended(schedule, day):
    first = next_day(*schedule, day)
    second = next_day(*schedule, first)
    assert days_told(*schedule, second) == (first, second - timedelta(days=1))


@given(days)
def test_a_week_begins_on_monday(day):
    assert monday_of(day).weekday() == 0
    assert timedelta(0) <= day - monday_of(day) < timedelta(days=7)


def test_the_31st_is_the_last_day_of_short_months():
    assert next_day("monthly", 31, date(2027, 1, 31)) == date(2027, 2, 28)
    assert next_day("monthly", 31, date(2027, 12, 31)) == date(2028, 1, 31)
    assert days_told("monthly", 1, date(2027, 1, 1)) == (date(2026, 12, 1), date(2026, 12, 31))
