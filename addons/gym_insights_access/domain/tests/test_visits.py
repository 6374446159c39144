from hypothesis import given
from hypothesis import strategies as st

from ..visits import AT_MOST, RULES, asked

OPERATORS = {">": int.__gt__, ">=": int.__ge__}


@given(st.sampled_from(RULES), st.integers(0, 5), st.lists(st.integers(0, 9), max_size=8))
def test_who_is_found_came_as_often_as_asked(rule, count, visits):
    logged = {member: number for member, number in enumerate(visits) if number}
    found = asked(rule, count)
    kept = set(range(len(visits)))
    if found:
        operator, compare, number = found
        listed = {member for member, came in logged.items() if OPERATORS[compare](came, number)}
        kept = listed if operator == "in" else kept - listed
    wanted = {member for member, came in enumerate(visits) if (came <= count if rule == AT_MOST else came >= count)}
    assert kept == wanted
