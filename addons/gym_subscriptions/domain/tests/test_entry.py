from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gym_subscriptions.domain import lifecycle
from gym_subscriptions.domain.entry import BLOCK, WARN, Facts, Objection, at_hour, best, may_enter, objections

TODAY = date(2026, 3, 10)
days = st.dates(TODAY - timedelta(days=60), TODAY + timedelta(days=60))


def _codes(**values):
    return [one.code for one in objections(Facts(**({"state": lifecycle.ACTIVE} | values)), TODAY)]


def test_who_is_running_has_nothing_against_them():
    for state in (lifecycle.TRIALING, lifecycle.ACTIVE, lifecycle.PAST_DUE, lifecycle.FROZEN):
        assert _codes(state=state, starts=TODAY) == []


def test_the_first_day_counts_and_the_end_is_the_first_day_without():
    assert _codes(starts=TODAY + timedelta(days=1)) == ["not_started"]
    assert _codes(ends=TODAY + timedelta(days=1)) == []
    assert _codes(ends=TODAY) == ["ended"]


def test_all_reasons_are_said_at_once():
    found = _codes(
        state=lifecycle.SUSPENDED,
        frozen=((TODAY, TODAY + timedelta(days=2)),),
        is_branch_open_to=False,
    )
    assert found == ["suspended", "frozen", "wrong_branch"]


def test_hours_are_said_last():
    frozen = (Objection("frozen"),)
    assert at_hour(frozen, True, True) == frozen
    assert [one.code for one in at_hour(frozen, False, False)] == ["frozen", "outside_hours", "branch_closed"]


def test_what_is_over_says_only_that():
    assert _codes(state=lifecycle.CANCELLED, ends=TODAY, is_branch_open_to=False) == ["ended"]
    assert _codes(state=lifecycle.DRAFT) == ["not_begun"]
    over = (Objection("ended"),)
    assert at_hour(over, False, True) == over


@given(days, days, days)
def test_a_freeze_keeps_out_on_its_days_only(first, other, day):
    start, end = min(first, other), max(first, other) + timedelta(days=1)
    found = objections(Facts(lifecycle.FROZEN, frozen=((start, end),)), day)
    assert bool(found) == (start <= day < end)


def test_the_best_right_lets_in_with_the_least_to_say():
    block, warn = Objection("a", BLOCK), Objection("b", WARN)
    assert best({}) == (None, ())
    assert best({"x": (block,), "y": (warn, warn), "z": (warn,)}) == ("z", (warn,))
    assert best({"x": (block, block), "y": (block,)}) == ("y", (block,))
    assert may_enter((warn,)) and not may_enter((warn, block))
