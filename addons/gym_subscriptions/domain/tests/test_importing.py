from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gym_subscriptions.domain.importing import NO_BILL, NO_PLAN, NO_PRICE, first_bill, is_unlimited, missing_income
from gym_subscriptions.domain.periods import Cycle

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
UNITS = st.sampled_from([("month", 1), ("week", 1), ("day", 30), ("year", 1), ("month", 3), ("fortnight", 1)])


@given(DAYS, DAYS, UNITS)
def test_nothing_is_billed_for_a_past_day(next_bill, today, unit):
    found = first_bill(lambda anchor: Cycle(unit[0], unit[1], anchor), next_bill, today)
    assert found.day >= today
    assert found.start is None or found.start <= today < found.day
    assert found.anchor == next_bill


@given(DAYS, st.integers(0, 900), UNITS)
def test_a_day_to_come_is_kept(today, days, unit):
    next_bill = today + timedelta(days)
    found = first_bill(lambda anchor: Cycle(unit[0], unit[1], anchor), next_bill, today)
    assert (found.day, found.start) == (next_bill, None)


def test_the_day_of_the_month_is_kept():
    found = first_bill(lambda anchor: Cycle("month", 1, anchor), date(2026, 1, 31), date(2026, 3, 15))
    assert (found.start, found.day) == (date(2026, 2, 28), date(2026, 3, 31))


def test_what_means_unlimited():
    assert is_unlimited(99999, None)
    assert is_unlimited(None, 99959)
    assert not is_unlimited(10, 3)
    assert not is_unlimited(None, None)


def test_why_somebody_would_be_charged_nothing():
    day = date(2026, 3, 28)
    assert missing_income(7, 499, day) == ""
    assert missing_income(7, 499, day, ends_on=day) == ""
    assert missing_income(None, 499, day) == NO_PLAN
    assert missing_income(7, 0, day) == NO_PRICE
    assert missing_income(7, None, day) == NO_PRICE
    assert missing_income(7, 499, None) == NO_BILL
    assert missing_income(7, 499, day, ends_on=date(2026, 3, 27)) == NO_BILL
