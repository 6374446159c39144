from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from gym_subscriptions.domain import freezes as rules
from gym_subscriptions.domain.freezes import (
    Freeze,
    Policy,
    credit,
    days_left,
    ended_on,
    move_bill,
    refusals,
    shift_end,
)
from gym_subscriptions.domain.periods import Cycle, Period

from .strategies import days, days_within, periods, prices

START = date(2025, 3, 10)
TODAY = date(2026, 5, 1)
POLICY = Policy(days_per_year=30, min_days=7, fee=Decimal(99))


def _period(first, length):
    return Period(first, first + timedelta(days=length))


def _codes(wanted, freezes=(), policy=POLICY, **options):
    return [reason.code for reason in refusals(policy, freezes, wanted, START, TODAY, **options)]


def test_a_freeze_within_the_policy_is_allowed():
    assert _codes(_period(TODAY, 30)) == []
    assert _codes(_period(TODAY, 7), [Freeze(_period(date(2026, 4, 1), 23))]) == []


def test_each_limit_is_named():
    assert _codes(_period(TODAY, 6)) == ["freeze_too_short"]
    assert _codes(_period(TODAY, 31)) == ["freeze_over_allowance"]
    assert _codes(_period(TODAY - timedelta(days=1), 10)) == ["freeze_in_the_past"]
    assert _codes(_period(TODAY - timedelta(days=1), 10), may_go_back=True) == []
    assert _codes(_period(START - timedelta(days=1), 10), may_go_back=True) == ["freeze_before_start"]
    assert _codes(_period(TODAY, 10), policy=Policy(0)) == ["freeze_not_in_plan"]
    by_staff = Policy(30, is_self_service=False)
    assert _codes(_period(TODAY, 10), policy=by_staff) == ["freeze_needs_staff"]
    assert _codes(_period(TODAY, 10), policy=by_staff, is_staff=True) == []


def test_all_reasons_come_at_once_with_what_is_left():
    taken = Freeze(_period(TODAY + timedelta(days=2), 28))
    found = refusals(POLICY, [taken], _period(TODAY, 5), START, TODAY)
    assert [reason.code for reason in found] == ["freeze_too_short", "freeze_overlaps", "freeze_over_allowance"]
    assert found[-1].values == {"left": 2, "first": date(2026, 3, 10), "last": date(2027, 3, 9)}


def test_a_freeze_over_the_anniversary_counts_in_both_years():
    anniversary = date(2027, 3, 10)
    wanted = Period(anniversary - timedelta(days=30), anniversary + timedelta(days=30))
    assert _codes(wanted) == []
    assert _codes(Period(wanted.start, wanted.end + timedelta(days=1))) == ["freeze_over_allowance"]


@given(days, st.lists(st.tuples(periods(), st.booleans()), max_size=4))
def test_a_charge_never_falls_on_frozen_days_nor_comes_earlier(day, planned):
    apart = [one for n, one in enumerate(planned) if not any(one[0].intersect(other[0]) for other in planned[:n])]
    moved = move_bill(day, apart)
    assert moved >= day
    assert moved - day <= sum((timedelta(days=one.days) for one, _is in apart if one.start <= moved), timedelta())
    assert not any(moved in one for one, _is in apart if one.start <= day)


def test_only_a_freeze_that_begins_before_the_charge_moves_it():
    charge = date(2026, 12, 16)
    later, before = _period(date(2026, 12, 20), 8), _period(date(2026, 12, 10), 8)
    assert move_bill(charge, [(later, True)]) == charge
    assert move_bill(charge, [(before, True)]) == date(2026, 12, 24)
    assert move_bill(charge, [(later, True), (before, True)]) == date(2027, 1, 1)
    assert move_bill(charge, [(before, False)]) == date(2026, 12, 18)
    assert move_bill(charge, [(_period(charge, 2), True)]) == date(2026, 12, 18)


def test_limits_of_a_freeze_are_inclusive():
    assert _codes(_period(START, 7), may_go_back=True) == []
    assert _codes(Period(date(2027, 2, 8), date(2027, 3, 10))) == []


def test_a_mass_freeze_costs_nothing_and_uses_up_nothing():
    closure = Freeze(_period(TODAY, 90), is_mass=True)
    assert days_left(POLICY, [closure], START, TODAY) == 30
    assert rules.fee(POLICY, closure) == 0
    assert rules.fee(POLICY, Freeze(closure.period)) == 99
    assert [r.code for r in rules.mass_refusals([closure], _period(TODAY, 1))] == ["freeze_overlaps"]
    assert rules.mass_refusals([closure], _period(closure.period.end, 1)) == []


@given(days, st.lists(periods(max_days=60), max_size=6), days)
def test_days_left_are_those_not_frozen(start, frozen, day):
    day = max(start, day)
    year = rules.allowance_year(start, day)
    used = sum(1 for one in frozen for n in range(one.days) if one.start + timedelta(days=n) in year)
    assert days_left(POLICY, [Freeze(one) for one in frozen], start, day) == max(0, 30 - used)


@given(days, periods(), st.data())
def test_freeze_and_unfreeze_are_inverse(end, freeze, data):
    extended = shift_end(end, after=freeze)
    assert extended == end + timedelta(days=freeze.days)
    assert shift_end(extended, before=freeze) == end
    day = data.draw(days_within(freeze))
    shorter = ended_on(freeze, day)
    assert shift_end(extended, before=freeze, after=shorter) == shift_end(end, after=shorter)
    assert ended_on(freeze, freeze.start) is None
    assert ended_on(freeze, freeze.end) == freeze


@given(prices, periods(), periods(), periods())
def test_credit_and_its_undoing_are_inverse_and_steps_add_up(price, whole, one, other):
    assert credit(price, whole, after=one) == -credit(price, whole, before=one)
    assert credit(price, whole, after=one) + credit(price, whole, one, other) == credit(price, whole, after=other)
    assert -price <= credit(price, whole, after=one) <= 0
    assert credit(price, whole, after=whole) == -price


def test_cycles_of_the_calendar_pay_back_instead_of_moving():
    assert not rules.extends(Cycle("fortnight", 1, TODAY))
    assert rules.extends(Cycle("fortnight", 1, TODAY, "15_days"))
    assert rules.extends(Cycle("month", 1, TODAY))


def test_the_freeze_of_a_day():
    freeze = Freeze(_period(TODAY, 7))
    assert rules.frozen_on([freeze], TODAY + timedelta(days=6)) is freeze
    assert rules.frozen_on([freeze], TODAY + timedelta(days=7)) is None
