from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gym_insights.domain.comparison import change_percent, days_compared, tone, week_until

days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
amounts = st.decimals(-(10**6), 10**6, places=2)


@given(days)
def test_a_week_has_seven_days_and_ends_today(day):
    first, last = week_until(day)
    assert (last, last - first) == (day, timedelta(days=6))


@given(days)
def test_weeks_compared_begin_on_one_weekday_and_do_not_overlap(day):
    this, before, year = days_compared(day)
    assert {week[0].weekday() for week in (this, before, year)} == {this[0].weekday()}
    assert before[1] + timedelta(days=1) == this[0]
    assert year[1] < before[0]
    assert timedelta(days=350) < day - year[1] < timedelta(days=370)


@given(amounts, amounts)
def test_a_change_is_told_where_there_was_something(now, before):
    percent = change_percent(now, before)
    assert (percent is None) == (not before)
    if percent:
        assert (percent > 0) == (now > before)


@given(amounts, amounts)
def test_more_is_good_of_what_should_grow_and_bad_of_what_should_not(now, before):
    assert tone(now, before, True) == tone(before, now, False)
    assert (tone(now, before, True) == "same") == (now == before)
