from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from gym_members.domain.business_days import add_business_days
from hypothesis import given
from hypothesis import strategies as st

from gym_subscriptions.domain.periods import Cycle
from gym_subscriptions.domain.proration import is_in_cents
from gym_subscriptions.domain.termination import (
    Terms,
    cancel_at_once,
    cancel_at_period_end,
    early_fee,
    may_withdraw,
    term_end,
    withdraw,
    withdrawal_last_day,
)

from .strategies import cycles, prices

PRICE = Decimal(499)
MONTHLY = Cycle("month", 1, date(2026, 1, 31))
YEAR = Terms(term_periods=12, fee_kind="fixed", fee=Decimal(1000))
terms = st.builds(
    Terms,
    notice_days=st.integers(0, 90),
    term_periods=st.integers(0, 12),
    fee_kind=st.sampled_from(["none", "fixed", "percent"]),
    fee=prices,
    percent=st.integers(0, 100).map(Decimal),
)


@pytest.mark.parametrize(
    ("signed", "last"),
    [
        ((2026, 1, 5), (2026, 1, 12)),  # Monday to Monday
        ((2026, 1, 30), (2026, 2, 9)),  # over Constitution Day, kept on Monday 2 February
        ((2026, 9, 12), (2026, 9, 21)),  # signed on Saturday; 16 September does not count
        ((2026, 12, 24), (2027, 1, 4)),  # over Christmas and New Year
    ],
)
def test_five_business_days_to_withdraw(signed, last):
    signed, last = date(*signed), date(*last)
    assert withdrawal_last_day(signed, add_business_days) == last
    assert may_withdraw(signed, last, True, add_business_days)
    assert not may_withdraw(signed, last + timedelta(days=1), True, add_business_days)
    assert not may_withdraw(signed, signed, False, add_business_days)


def test_a_withdrawal_ends_at_once_without_fee():
    outcome = withdraw(date(2026, 2, 3))
    assert (outcome.date_end, outcome.fee, outcome.is_withdrawal) == (date(2026, 2, 3), 0, True)


def test_without_notice_the_end_is_what_was_paid_for():
    outcome = cancel_at_period_end(date(2026, 2, 3), Terms(), MONTHLY, PRICE, paid_until=date(2026, 2, 28))
    assert (outcome.date_end, outcome.periods_to_bill, outcome.fee) == (date(2026, 2, 28), 0, 0)


def test_notice_goes_over_into_as_many_periods_as_it_takes():
    outcome = cancel_at_period_end(date(2026, 2, 3), Terms(notice_days=30), MONTHLY, PRICE, date(2026, 2, 28))
    assert (outcome.date_end, outcome.periods_to_bill) == (date(2026, 3, 31), 1)
    exact = cancel_at_period_end(date(2026, 1, 29), Terms(notice_days=30), MONTHLY, PRICE, date(2026, 2, 28))
    assert (exact.date_end, exact.periods_to_bill) == (date(2026, 2, 28), 0)


@given(cycles, terms, prices, st.integers(0, 500), st.integers(0, 3))
def test_the_end_is_the_first_boundary_after_the_notice(cycle, signed, price, offset, ahead):
    today = cycle.anchor + timedelta(days=offset)
    paid_until = cycle.start_of(cycle.index_of(today) + ahead)
    outcome = cancel_at_period_end(today, signed, cycle, price, paid_until)
    assert outcome.date_end >= max(today, paid_until, today + timedelta(days=signed.notice_days))
    if outcome.periods_to_bill:
        last = cycle.period_of(outcome.date_end - timedelta(days=1))
        assert last.end == outcome.date_end
        assert last.start < today + timedelta(days=signed.notice_days)


def test_the_fixed_fee_is_due_before_the_end_of_the_term_only():
    assert term_end(YEAR, MONTHLY) == date(2027, 1, 31)
    assert early_fee(date(2027, 1, 30), YEAR, MONTHLY, PRICE) == 1000
    assert early_fee(date(2027, 1, 31), YEAR, MONTHLY, PRICE) == 0
    assert early_fee(date(2027, 1, 31), YEAR, MONTHLY, PRICE, frozen_days=10) == 1000


def test_a_percentage_of_what_is_left():
    half = Terms(term_periods=12, fee_kind="percent", percent=Decimal(50))
    assert early_fee(MONTHLY.anchor, half, MONTHLY, PRICE) == 6 * PRICE
    assert early_fee(date(2026, 8, 1), half, MONTHLY, Decimal(365)) == Decimal(12 * 183) / 2


@given(cycles, prices, st.integers(0, 2000), terms)
def test_who_signed_nothing_or_is_on_trial_pays_nothing(cycle, price, offset, signed):
    today = cycle.anchor + timedelta(days=offset)
    assert cancel_at_once(today, None, cycle, price).fee == 0
    trial = cancel_at_period_end(today, signed, None, price, paid_until=today)
    assert (trial.fee, trial.date_end, trial.periods_to_bill) == (0, today, 0)


@given(cycles, prices, st.integers(0, 2000), terms)
def test_a_contract_without_fee_or_without_term_costs_nothing(cycle, price, offset, signed):
    today = cycle.anchor + timedelta(days=offset)
    assert cancel_at_once(today, replace(signed, fee_kind="none"), cycle, price).fee == 0
    assert cancel_at_once(today, replace(signed, term_periods=0), cycle, price).fee == 0


@given(cycles, prices, st.integers(0, 2000), st.integers(0, 2000), terms)
def test_leaving_later_never_costs_more_and_never_more_than_the_term(cycle, price, one, other, signed):
    early, late = (cycle.anchor + timedelta(days=offset) for offset in sorted((one, other)))
    fees = [cancel_at_once(day, signed, cycle, price).fee for day in (early, late)]
    assert fees[0] >= fees[1] >= 0
    assert all(is_in_cents(fee) for fee in fees)
    assert signed.fee_kind == "fixed" or fees[0] <= price * signed.term_periods


def test_each_day_of_the_rest_costs_what_its_period_does():
    half = Terms(term_periods=12, fee_kind="percent", percent=Decimal(50))
    cycle = Cycle("month", 1, date(2026, 1, 1))
    summer = early_fee(date(2026, 6, 1), half, cycle, lambda day: Decimal(365) if day.month == 6 else Decimal(0))
    assert summer == Decimal(12 * 30) / 2
    assert early_fee(date(2026, 6, 1), half, cycle, lambda day: Decimal(365)) == early_fee(
        date(2026, 6, 1), half, cycle, Decimal(365)
    )


def test_the_stub_of_a_calendar_cycle_is_no_whole_period_of_the_term():
    half = Terms(term_periods=2, fee_kind="percent", percent=Decimal(50))
    cycle = Cycle("fortnight", 1, date(2026, 4, 14))  # two days, then the second quincena
    assert early_fee(cycle.anchor, half, cycle, Decimal(450)) == (60 + 450) / Decimal(2)
