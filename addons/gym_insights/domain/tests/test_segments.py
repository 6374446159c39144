from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from ..segments import DEBTS, Rules, conditions

ids = st.lists(st.integers(1, 99), max_size=3).map(tuple)
days = st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1))
asked = st.builds(
    Rules,
    locations=ids,
    plans=ids,
    stage=st.none() | st.just("active"),
    tags=ids,
    debt=st.none() | st.sampled_from(DEBTS),
    joined_from=days,
    joined_until=days,
    birth_month=st.none() | st.integers(1, 12),
)


@given(asked)
def test_each_rule_is_one_condition(rules):
    count = sum(bool(value) for value in vars(rules).values())
    assert len(conditions(rules, ["active"], [7])) == count


def test_nothing_asked_is_everybody():
    assert conditions(Rules(), ["active"], [7]) == []


def test_the_conditions_say_what_was_asked():
    rules = Rules(plans=(5,), debt="owes_nothing", joined_from=date(2026, 1, 1), birth_month=3)
    assert conditions(rules, ["active", "frozen"], [7]) == [
        ("subscription_ids", "any", [("state", "in", ["active", "frozen"]), ("plan_id", "in", [5])]),
        ("id", "not in", [7]),
        ("date_joined", ">=", date(2026, 1, 1)),
        ("birthdate.month_number", "=", 3),
    ]
