from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.gym_subscriptions.domain.entry import BLOCK, WARN, Objection
from odoo.addons.gym_subscriptions.domain.tests.strategies import amounts, days, prices

from gym_collection.domain.dunning import (
    PAYDAYS,
    STEP_KINDS,
    Debt,
    Step,
    due_steps,
    is_followed,
    lost_part,
    next_retry,
    next_step,
    objection,
    retry_days,
    settle,
    step_day,
)

DUE = date(2026, 5, 10)
POLICY = [
    Step(1, "message", 1),
    Step(2, "retry", 3),
    Step(3, "message", 5),
    Step(4, "voucher", 7),
    Step(5, "suspend", 10),
    Step(6, "write_off", 90),
]
policies = st.lists(
    st.builds(Step, st.integers(1, 50), st.sampled_from(STEP_KINDS), st.integers(0, 90)),
    unique_by=lambda step: step.key,
    max_size=8,
)


def _after(count):
    return DUE + timedelta(days=count)


def _keys(steps):
    return [step.key for step in steps]


def _taken(*args):
    return _keys(due_steps(*args).take)


def test_steps_are_taken_on_their_days():
    assert _taken(POLICY, (), DUE, _after(0)) == []
    assert _taken(POLICY, (), DUE, _after(1)) == [1]
    assert _taken(POLICY, {1}, DUE, _after(3)) == [2]
    assert _taken(POLICY, {1, 2, 3, 4}, DUE, _after(10)) == [5]


def test_who_was_forgotten_for_days_gets_one_message_not_three():
    assert _taken(POLICY, (), DUE, _after(30)) == [2, 4, 5]
    assert _keys(due_steps(POLICY, (), DUE, _after(30)).passed_over) == [1, 3]


def test_a_promise_puts_everything_off_to_the_day_after():
    promised = _after(12)
    assert due_steps(POLICY, {1}, DUE, promised, promised) == ([], [])
    assert _taken(POLICY, {1}, DUE, _after(13), promised) == [2, 4, 5]
    assert step_day(POLICY[-1], DUE, promised) == _after(90)


def test_the_next_step_is_announced():
    assert next_step(POLICY, {1, 2, 3, 4}, DUE, _after(7)) == (POLICY[4], _after(10))
    assert next_step(POLICY, {1, 2, 3, 4}, DUE, _after(7), promised=_after(20)) == (POLICY[4], _after(21))
    assert next_step(POLICY, {6}, DUE, _after(10)) is None


@given(policies, days, st.integers(0, 120), st.none() | st.integers(0, 60))
def test_day_by_day_every_step_is_taken_once_and_in_time(policy, due, horizon, promise):
    promised = None if promise is None else due + timedelta(days=promise)
    done, passed_over = set(), set()
    for count in range(horizon + 1):
        today = due + timedelta(days=count)
        ready = due_steps(policy, done | passed_over, due, today, promised)
        assert not {step.key for step in ready.passed_over} & (done | passed_over)
        passed_over |= {step.key for step in ready.passed_over}
        for step in ready.take:
            assert step_day(step, due, promised) <= today
            assert step.key not in done | passed_over
            done.add(step.key)
    expected = {step.key for step in policy if step_day(step, due, promised) <= due + timedelta(days=horizon)}
    assert done | passed_over == expected
    assert all(step.key in done for step in policy if step.key in expected and step.kind not in ("message", "voucher"))


@pytest.mark.parametrize("values", [("shout", 1), ("message", -1)])
def test_an_impossible_step_is_refused(values):
    with pytest.raises(ValueError, match="no dunning step"):
        Step(1, *values)


def test_cards_are_tried_on_paydays_and_not_twice_at_the_turn_of_the_month():
    assert retry_days(date(2026, 1, 20), date(2026, 4, 1)) == [
        date(2026, 1, 31),
        date(2026, 2, 15),
        date(2026, 2, 28),
        date(2026, 3, 15),
        date(2026, 3, 31),
    ]
    assert retry_days(date(2026, 2, 27), date(2026, 3, 2), min_gap_days=1) == [date(2026, 2, 28), date(2026, 3, 1)]
    assert retry_days(date(2026, 1, 20), date(2026, 2, 2), skip={date(2026, 1, 31)}) == [date(2026, 2, 1)]


def test_the_next_try_keeps_its_distance():
    assert next_retry(date(2026, 1, 14), date(2026, 1, 14)) == date(2026, 1, 31)
    assert next_retry(date(2026, 1, 13), date(2026, 1, 13)) == date(2026, 1, 15)
    assert next_retry(date(2026, 1, 31), date(2026, 2, 1)) == date(2026, 2, 15)
    assert next_retry(date(2026, 1, 15), date(2026, 1, 15), min_gap_days=0, days_of_month=[15]) == date(2026, 2, 15)
    year = [date(2026, 1, 1) + timedelta(days=n) for n in range(800)]
    assert next_retry(date(2026, 1, 15), date(2026, 1, 15), skip=year) is None


@given(
    days,
    st.integers(0, 400),
    st.sets(st.integers(1, 31), min_size=1, max_size=6),
    st.integers(0, 10),
    st.sets(days, max_size=3),
)
def test_tries_fall_on_allowed_days_with_their_gap(start, length, allowed, gap, skip):
    end = start + timedelta(days=length)
    found = retry_days(start, end, allowed, gap, skip)
    assert not skip & set(found)
    for day in found:
        is_last = (day + timedelta(days=1)).day == 1
        assert start <= day < end
        assert day.day in allowed or (is_last and any(number > day.day for number in allowed))
    assert all((later - earlier).days >= max(gap, 1) for earlier, later in zip(found, found[1:], strict=False))


def test_paydays_are_the_15th_the_last_and_the_first():
    assert set(PAYDAYS) == {1, 15, 31}


def test_the_door_is_open_in_grace_and_until_the_promised_day():
    assert objection(DUE, _after(3), 3, 499.0) == Objection("owes_in_grace", WARN, {"amount": 499.0, "day": _after(3)})
    assert objection(DUE, _after(4), 3, 499.0) == Objection("owes", BLOCK, {"amount": 499.0})
    promised = Objection("promised", WARN, {"amount": 499.0, "day": _after(9)})
    assert objection(DUE, _after(9), 3, 499.0, promised=_after(9)) == promised
    assert objection(DUE, _after(10), 3, 499.0, promised=_after(9)).severity == BLOCK


debts = st.lists(
    st.builds(Debt, st.integers(1, 99), days, prices.filter(bool)), unique_by=lambda debt: debt.key, max_size=6
)


@given(debts, prices.filter(bool), days, st.randoms())
def test_a_payment_is_spread_exactly_oldest_first(owed, amount, today, random):
    outcome = settle(owed, amount, today)
    assert sum(outcome.paid.values()) + outcome.credit == amount
    by_key = {debt.key: debt for debt in owed}
    assert all(0 < part <= by_key[key].amount for key, part in outcome.paid.items())
    unpaid = [debt for debt in owed if outcome.paid.get(debt.key, 0) < debt.amount]
    assert not (unpaid and outcome.credit)
    assert all(by_key[key].due <= debt.due for debt in unpaid for key in outcome.paid)
    due_total = sum(debt.amount for debt in owed if debt.due <= today)
    assert outcome.still_owed == max(0, due_total - amount)
    random.shuffle(owed)
    assert settle(owed, amount, today) == outcome


def test_a_late_voucher_reactivates_although_the_next_invoice_is_open():
    owed = [Debt("may", DUE, Decimal(499)), Debt("june", date(2026, 6, 10), Decimal(499))]
    outcome = settle(owed, Decimal(499), today=date(2026, 5, 30))
    assert outcome.reactivates
    assert (outcome.paid, outcome.credit) == ({"may": Decimal(499)}, 0)
    assert not settle(owed, Decimal("498.99"), today=date(2026, 5, 30)).reactivates


def test_nothing_settles_nothing():
    with pytest.raises(ValueError, match="settles nothing"):
        settle([], Decimal(0), DUE)


@pytest.mark.parametrize(
    ("amount", "smallest", "followed"),
    [("0.01", "1.00", False), ("0.99", "1.00", False), ("1.00", "1.00", True), ("0.01", "0", True), ("0", "0", False)],
)
def test_only_a_debt_worth_it_is_followed(amount, smallest, followed):
    assert is_followed(Decimal(amount), Decimal(smallest)) is followed


@pytest.mark.parametrize(
    ("closed", "lost", "total", "part"),
    [("499", "499", "499", "499"), ("499", "49", "499", "49"), ("499", "100", "998", "50"), ("499", "-3", "499", "0")],
)
def test_a_loss_is_spread_over_what_its_entry_closes(closed, lost, total, part):
    assert lost_part(Decimal(closed), Decimal(lost), Decimal(total)) == Decimal(part)


@given(prices, amounts, prices.filter(bool))
def test_nobody_loses_more_than_was_closed(closed, lost, total):
    assert 0 <= lost_part(closed, lost, total) <= closed
