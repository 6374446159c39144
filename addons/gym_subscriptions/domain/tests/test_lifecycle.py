import itertools

import pytest

from gym_subscriptions.domain import lifecycle
from gym_subscriptions.domain.lifecycle import (
    EVENTS,
    REASONS,
    RUNNING_STATES,
    STATES,
    Forbidden,
    Skipped,
    may,
    transition,
)

# One letter for each state, in the order of STATES: the new state, "=" when the event has happened already, "!" when
# it may not. Written by hand from the contract with the gym, not from the code.
LETTERS = dict(zip("dtapsfcx", STATES, strict=True))
EXPECTED = {
    #               dtapsfcx
    "start_trial": "t=!!!!!!",
    "activate":    "aa=!!!!!",
    "fall_due":    "!!p==!==",
    "settle":      "!==aa===",
    "suspend":     "!!ss=!==",
    "freeze":      "!!f!!=!!",
    "close":       "!fff!=!!",
    "unfreeze":    "!===!a!!",
    "cancel":      "cccccc==",
    "expire":      "!xxxxx==",
    "reactivate":  "!!=!!!aa",
}  # fmt: skip
CELLS = list(itertools.product(STATES, EVENTS))


def test_the_table_of_the_test_names_every_event():
    assert set(EXPECTED) == set(EVENTS)


@pytest.mark.parametrize(("state", "event"), CELLS)
def test_every_event_in_every_state(state, event):
    expected = EXPECTED[event][STATES.index(state)]
    outcome = transition(state, event)
    if expected == "=":
        assert outcome == Skipped(state)
    elif expected == "!":
        assert isinstance(outcome, Forbidden)
        assert (outcome.state, outcome.event) == (state, event)
        assert outcome.reason in REASONS
    else:
        assert outcome == LETTERS[expected]
    assert may(state, event) is isinstance(outcome, str)


@pytest.mark.parametrize(("state", "event"), CELLS)
def test_a_repeated_event_changes_nothing_more(state, event):
    outcome = transition(state, event)
    if isinstance(outcome, str):
        assert transition(outcome, event) == Skipped(outcome)


def test_every_reason_is_used_and_no_other():
    used = {
        outcome.reason
        for state, event in CELLS
        for resume_to in STATES
        if isinstance(outcome := transition(state, event, resume_to), Forbidden)
    }
    assert used == REASONS


@pytest.mark.parametrize("resume_to", STATES)
def test_a_freeze_ends_where_it_found_the_subscription(resume_to):
    outcome = transition("frozen", "unfreeze", resume_to)
    if resume_to in ("trialing", "active", "past_due"):
        assert outcome == resume_to
    else:
        assert outcome == Forbidden("frozen", "unfreeze", "resume_state_unknown")


def test_every_running_state_can_be_cancelled():
    assert all(transition(state, "cancel") == "cancelled" for state in RUNNING_STATES)


def test_every_state_can_be_reached_from_a_draft():
    reached, found = set(), {"draft"}
    while found - reached:
        reached |= found
        found = reached | {
            outcome
            for state, event in CELLS
            if state in reached and isinstance(outcome := transition(state, event), str)
        }
    assert reached == set(STATES)


def test_unknown_states_and_events_are_errors():
    with pytest.raises(KeyError):
        transition("active", "explode")
    with pytest.raises(KeyError):
        transition("unheard", lifecycle.CANCEL)
