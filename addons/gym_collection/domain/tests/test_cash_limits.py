from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from gym_collection.domain.cash_limits import Limits, why_not

TODAY = date(2026, 3, 10)
DESK = Limits(days_back=3, over=Decimal(1000), is_bound=True)
MANAGER = DESK._replace(is_bound=False)
OWED = Decimal("499.00")

days = st.integers(-4000, 4000).map(lambda number: TODAY + timedelta(days=number))
amounts = st.decimals(min_value="0.01", max_value="1e12", places=2)


def test_days():
    for day, desk, manager in (
        (date(2026, 3, 11), "ahead", "ahead"),
        (date(2099, 1, 1), "ahead", "ahead"),
        (TODAY, None, None),
        (date(2026, 3, 7), None, None),
        (date(2026, 3, 6), "too_old", None),
        (date(2019, 1, 1), "too_old", None),
    ):
        assert (why_not(day, TODAY, OWED, OWED, DESK), why_not(day, TODAY, OWED, OWED, MANAGER)) == (desk, manager)


def test_amounts():
    assert why_not(TODAY, TODAY, Decimal("1499.00"), OWED, DESK) is None
    assert why_not(TODAY, TODAY, Decimal("1499.01"), OWED, DESK) == "too_much"
    assert why_not(TODAY, TODAY, Decimal("1e12"), OWED, MANAGER) is None


@given(days, amounts, amounts)
def test_who_manages_may_whatever_the_desk_may(day, amount, owed):
    if why_not(day, TODAY, amount, owed, DESK) is None:
        assert why_not(day, TODAY, amount, owed, MANAGER) is None


@given(days, amounts, amounts)
def test_nobody_books_ahead(day, amount, owed):
    assert (why_not(day, TODAY, amount, owed, MANAGER) == "ahead") == (day > TODAY)
