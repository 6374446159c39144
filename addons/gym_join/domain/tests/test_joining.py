from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gym_join.domain import joining
from gym_join.domain.joining import DATA, PAY, PLAN, SIGN, Progress

AMOUNTS = st.decimals(min_value=0, max_value=99999, places=2)
PROGRESS = st.builds(Progress, st.booleans(), st.booleans(), st.booleans())
HISTORIES = st.lists(st.sampled_from(joining.EVENTS), max_size=12)


@pytest.mark.parametrize(("state", "event"), product(joining.STATES, joining.EVENTS))
def test_every_outcome_is_a_state_or_a_skip_or_a_refusal(state, event):
    assert joining.transition(state, event) in (*joining.STATES, joining.SKIPPED, None)


def test_what_is_done_stays_done():
    assert {event: joining.transition("done", event) for event in joining.EVENTS} == {
        "wait_for_mail": None,
        "go_to_desk": None,
        "edit": None,
        "finish": "skipped",
        "expire": None,
    }


def test_late_money_still_counts_but_an_expired_join_is_not_taken_up_again():
    assert joining.transition("expired", "finish") == "done"
    assert joining.transition("expired", "edit") is None
    assert joining.transition("expired", "go_to_desk") is None


@given(HISTORIES)
def test_nothing_is_finished_twice(events):
    state, finished = "open", 0
    for event in events:
        outcome = joining.transition(state, event)
        if outcome in joining.STATES:
            state = outcome
            finished += event == "finish"
    assert finished <= 1
    assert (finished == 1) == (state == "done")


def test_unknown_states_and_events_are_errors():
    with pytest.raises(ValueError, match="no such"):
        joining.transition("open", "dance")


@pytest.mark.parametrize(
    ("progress", "step"),
    [
        (Progress(False, False, False), PLAN),
        (Progress(True, False, False), DATA),
        (Progress(True, True, False), SIGN),
        (Progress(True, True, True), PAY),
        (Progress(False, True, True), PLAN),
        (Progress(True, False, True), DATA),
    ],
)
def test_the_next_step_is_the_first_that_lacks_something(progress, step):
    assert joining.next_step(progress) == step


@given(PROGRESS)
def test_payment_opens_only_when_all_is_there(progress):
    assert joining.may_open(PAY, progress) == (progress.has_plan and progress.has_data and progress.has_signed)
    assert joining.may_open(PLAN, progress)


@pytest.mark.parametrize(
    ("trap", "seconds", "is_robot"), [("", 30, False), ("x", 30, True), ("", 0.5, True), ("", 3, False)]
)
def test_programs_fill_in_what_nobody_sees_or_too_fast(trap, seconds, is_robot):
    assert joining.looks_automatic(trap, seconds) is is_robot


@given(AMOUNTS, AMOUNTS)
def test_who_paid_what_was_shown_owes_nothing(quoted, billed):
    shortfall = joining.get_shortfall(quoted, quoted, billed)
    assert shortfall >= 0
    assert billed - shortfall <= quoted or billed <= quoted
    assert shortfall == max(billed - quoted, Decimal(0))


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_another_amount_than_the_shown_one_takes_nothing_off(quoted, paid, billed):
    if paid != quoted:
        assert joining.get_shortfall(quoted, paid, billed) == 0
