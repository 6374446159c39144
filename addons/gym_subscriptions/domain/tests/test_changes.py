from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gym_subscriptions.domain.changes import (
    CREDIT,
    DUE,
    PaidPeriod,
    change_at_end,
    change_now,
    dues,
    refund_last_days,
    refund_rest,
    restart_now,
)
from gym_subscriptions.domain.periods import Cycle, Period
from gym_subscriptions.domain.proration import ZERO, is_in_cents

from .strategies import days_of, periods, prices

items = st.dictionaries(st.sampled_from(["plan", "seat:1", "seat:2", "seat:3", "addon:1"]), prices, max_size=5)
APRIL = PaidPeriod(Period(date(2026, 4, 1), date(2026, 5, 1)))


@st.composite
def paid_periods(draw, max_freezes=2):
    """Draw a period that freezes may have extended, disjoint and in order."""
    whole = draw(periods(max_days=400))
    freezes, end = [], whole.end
    for _number in range(draw(st.integers(0, max_freezes))):
        first = max((freeze.end for freeze in freezes), default=whole.start)
        if first >= end:
            break
        start = first + timedelta(days=draw(st.integers(0, (end - first).days - 1)))
        freezes.append(Period(start, start + timedelta(days=draw(st.integers(1, 60)))))
        end += timedelta(days=freezes[-1].days)
    return PaidPeriod(whole, extensions=tuple(freezes))


def _day(data, paid, not_before=None):
    running = Period(not_before or paid.whole.start, paid.end)
    return data.draw(days_of(running))


def _total(lines):
    return sum((line.amount for line in lines), ZERO)


def test_upgrade_in_the_middle_of_a_month():
    preview = change_now(date(2026, 4, 16), APRIL, {"plan": Decimal(499)}, {"plan": Decimal(799)})
    assert [(line.key, line.kind, line.amount) for line in preview.lines] == [
        ("plan", CREDIT, Decimal("-249.50")),
        ("plan", DUE, Decimal("399.50")),
    ]
    assert {line.period for line in preview.lines} == {Period(date(2026, 4, 16), date(2026, 5, 1))}
    assert (preview.total, preview.effective) == (Decimal(150), date(2026, 4, 16))
    assert (preview.next_bill, preview.next_amount) == (date(2026, 5, 1), Decimal(799))


@given(paid_periods(), items, items, items, st.data())
def test_a_change_in_two_steps_on_a_day_costs_what_it_costs_in_one(paid, first, second, third, data):
    day = _day(data, paid)
    one = change_now(day, paid, first, third).total
    two = change_now(day, paid, first, second).total + change_now(day, paid, second, third).total
    assert one == two


@given(paid_periods(), items, items, st.data())
def test_items_changed_one_by_one_cost_what_they_cost_together(paid, before, after, data):
    day = _day(data, paid)
    together = change_now(day, paid, before, after).total
    now, total = dict(before), ZERO
    for key in data.draw(st.permutations(sorted(before.keys() | after.keys()))):
        step = {one: price for one, price in now.items() if one != key} | ({key: after[key]} if key in after else {})
        total += change_now(day, paid, now, step).total
        now = step
    assert total == together


@given(paid_periods(), items, items, st.data())
def test_a_change_and_its_opposite_on_the_same_day_cost_nothing(paid, before, after, data):
    day = _day(data, paid)
    assert change_now(day, paid, before, after).total == -change_now(day, paid, after, before).total


@given(periods(max_days=400), st.lists(items, min_size=1, max_size=4), st.data())
def test_a_period_with_changes_costs_each_day_at_the_price_of_that_day(whole, states, data):
    """Billing the period and then every change comes to the sum of the parts, exactly."""
    paid = PaidPeriod(whole)
    changes = sorted(data.draw(st.lists(days_of(whole), min_size=3, max_size=3)))
    billed = _total(dues(states[0], whole))
    for day, before, after in zip(changes, states, states[1:], strict=False):
        billed += change_now(day, paid, before, after).total
    bounds = [whole.start, *changes[: len(states) - 1], whole.end]
    expected = ZERO
    for start, end, state in zip(bounds, bounds[1:], states, strict=False):
        if start < end:
            expected += _total(dues(state, Period(start, end), whole))
    assert billed == expected


@given(paid_periods(), items, items, st.data())
def test_order_of_items_changes_no_line(paid, before, after, data):
    day = _day(data, paid)
    shuffled = [dict(data.draw(st.permutations(list(one.items())))) for one in (before, after)]
    assert change_now(day, paid, *shuffled) == change_now(day, paid, before, after)


@given(paid_periods(), items, items, st.data())
def test_lines_say_what_they_are(paid, before, after, data):
    day = _day(data, paid)
    for line in change_now(day, paid, before, after).lines:
        assert (line.amount < 0) == (line.kind == CREDIT)
        assert is_in_cents(line.amount)
        assert line.period == Period(day, paid.end)
        assert before.get(line.key) != after.get(line.key)


@given(paid_periods(), items)
def test_what_is_left_on_the_first_day_is_everything(paid, prices):
    assert -_total(refund_rest(paid.whole.start, paid, prices)) == sum(prices.values())
    assert refund_rest(paid.end, paid, prices) == ()


@given(paid_periods(), prices, st.data())
def test_no_day_is_credited_while_a_subscription_is_frozen(paid, price, data):
    assume(paid.extensions)
    freeze = data.draw(st.sampled_from(paid.extensions))
    assert paid.amount_of_rest(price, freeze.start) == paid.amount_of_rest(price, freeze.end)


def test_a_freeze_moves_what_is_left():
    paid = PaidPeriod(APRIL.whole, extensions=(Period(date(2026, 4, 11), date(2026, 4, 21)),))
    assert paid.end == date(2026, 5, 11)
    # 15 days used before and after the freeze, 15 left
    assert paid.amount_of_rest(Decimal(300), date(2026, 4, 26)) == Decimal(150)


def test_days_paid_back_are_not_credited_again():
    paid = PaidPeriod(APRIL.whole, credited=(Period(date(2026, 4, 21), date(2026, 5, 1)),))
    assert paid.amount_of_rest(Decimal(300), date(2026, 4, 11)) == Decimal(100)


def test_the_stub_of_a_calendar_cycle_is_billed_and_credited_in_part():
    cycle = Cycle("fortnight", 1, date(2026, 4, 6))
    stub, whole = cycle.period(0), cycle.whole(cycle.period(0))
    assert _total(dues({"plan": Decimal(300)}, stub, whole)) == Decimal(200)
    paid = PaidPeriod(whole, start=stub.start)
    assert _total(refund_rest(date(2026, 4, 1), paid, {"plan": Decimal(300)})) == Decimal(-200)
    assert _total(refund_rest(date(2026, 4, 11), paid, {"plan": Decimal(300)})) == Decimal(-100)


def test_upgrade_to_a_year_credits_the_month_and_charges_the_year():
    year = Period(date(2026, 4, 16), date(2027, 4, 16))
    preview = restart_now(year.start, APRIL, {"plan": Decimal(499)}, {"plan": Decimal(4990)}, year)
    assert preview.total == Decimal("4740.50")
    assert (preview.next_bill, preview.next_amount) == (year.end, Decimal(4990))
    late = restart_now(
        date(2026, 6, 1), APRIL, {"plan": Decimal(499)}, {"plan": Decimal(9)}, Period(date(2026, 6, 1), year.end)
    )
    assert late.total == Decimal(9)


def test_a_downgrade_waits_and_costs_nothing_now():
    preview = change_at_end(APRIL, {"plan": Decimal(299)})
    assert (preview.total, preview.lines) == (0, ())
    assert (preview.effective, preview.next_bill, preview.next_amount) == (date(2026, 5, 1), date(2026, 5, 1), 299)


def test_a_promotion_that_ends_is_told():
    assert change_at_end(APRIL, {"plan": Decimal(0)}, next_amount=Decimal(299)).next_amount == 299


def test_a_change_after_the_period_and_a_cycle_of_another_day_are_refused():
    with pytest.raises(ValueError, match="ended on 2026-05-01"):
        change_now(date(2026, 5, 1), APRIL, {}, {"plan": Decimal(1)})
    with pytest.raises(ValueError, match="cannot begin on"):
        restart_now(date(2026, 4, 2), APRIL, {}, {}, APRIL.whole)


@given(prices, paid_periods(max_freezes=0), st.integers(0, 500), st.data())
def test_days_given_back_at_the_end_cost_what_they_would_from_that_day_on(price, paid, days, data):
    whole = paid.whole
    amount = refund_last_days(price, whole, whole, days)
    assert ZERO <= amount <= price
    left = min(days, whole.days)
    if left:
        assert amount == -_total(refund_rest(whole.end - timedelta(days=left), paid, {"plan": price}))
    shorter = data.draw(st.integers(0, days))
    assert refund_last_days(price, whole, whole, shorter) <= amount
    billed = Period(whole.start, whole.start + timedelta(days=data.draw(st.integers(1, whole.days))))
    assert refund_last_days(price, billed, whole, days) <= refund_last_days(price, billed, whole, billed.days)


def test_days_beyond_the_period_and_days_gone_give_nothing_more():
    april = APRIL.whole
    assert refund_last_days(Decimal(600), april, april, 20) == Decimal(400)
    assert refund_last_days(Decimal(600), april, april, 300) == Decimal(600)
    assert refund_last_days(Decimal(600), april, april, -3) == ZERO


@given(st.dates(date(2026, 4, 1), date(2026, 4, 29)), prices, st.integers(1, 4))
def test_going_to_a_calendar_cycle_costs_what_beginning_it_does(day, price, count):
    cycle = Cycle("fortnight", count, day)
    first = cycle.period(0)
    preview = restart_now(day, APRIL, {}, {"plan": price}, first, cycle.whole(first))
    assert preview.total == sum(line.amount for line in dues({"plan": price}, first, cycle.whole(first)))
    assert preview.total <= price
