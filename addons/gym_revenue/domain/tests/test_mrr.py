from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.gym_subscriptions.domain.periods import Cycle
from odoo.addons.gym_subscriptions.domain.proration import is_in_cents
from odoo.addons.gym_subscriptions.domain.tests.strategies import cycles, prices

from gym_revenue.domain.mrr import MOVEMENTS, monthly_value, movements, totals

snapshots = st.dictionaries(st.integers(1, 12), prices.filter(bool), max_size=10)


@pytest.mark.parametrize(
    ("unit", "count", "kind", "price", "expected"),
    [
        ("month", 1, "calendar", "499", "499"),
        ("month", 3, "calendar", "1350", "450"),
        ("year", 1, "calendar", "4990", "415.83"),
        ("fortnight", 1, "calendar", "260", "520"),
        ("fortnight", 1, "15_days", "260", "527.22"),
        ("week", 1, "calendar", "120", "521.43"),
        ("week", 4, "calendar", "480", "521.43"),
        ("day", 1, "calendar", "12", "365"),
    ],
)
def test_what_a_price_is_a_month(unit, count, kind, price, expected):
    assert monthly_value(Decimal(price), Cycle(unit, count, date(2026, 1, 1), kind)) == Decimal(expected)


@given(prices, cycles)
def test_monthly_values_are_cents_and_positive_and_close_to_what_a_year_costs(price, cycle):
    value = monthly_value(price, cycle)
    assert is_in_cents(value)
    assert value >= 0
    a_day = price / max(1, cycle.period(3).days)
    assert abs(value - a_day * 365 / 12) <= value / 5 + 1


@given(snapshots, snapshots, st.sets(st.integers(1, 12)))
def test_movements_add_up_to_the_difference(before, after, known):
    found = movements(before, after, known)
    assert sum(movement.amount for movement in found) == sum(after.values()) - sum(before.values())
    assert sum(totals(found).values()) == sum(movement.amount for movement in found)
    assert len({movement.key for movement in found}) == len(found)
    for movement in found:
        assert movement.amount
        assert (movement.amount < 0) == (movement.kind in ("contraction", "churn"))


@given(snapshots, snapshots, snapshots, st.sets(st.integers(1, 12)))
def test_two_months_add_up_to_what_lies_between_their_ends(first, second, third, known):
    steps = movements(first, second, known) + movements(second, third, known | first.keys())
    assert sum(m.amount for m in steps) == sum(m.amount for m in movements(first, third, known))


def test_each_kind_of_movement():
    before = {1: Decimal(100), 2: Decimal(100), 3: Decimal(100), 4: Decimal(100)}
    after = {1: Decimal(100), 2: Decimal(150), 3: Decimal(70), 5: Decimal(80), 6: Decimal(90)}
    assert totals(movements(before, after, known={6})) == {
        "new": 80,
        "expansion": 50,
        "contraction": -30,
        "churn": -100,
        "reactivation": 90,
    }
    assert list(totals([])) == list(MOVEMENTS)
