"""The table of a referral's life."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gym_referrals.domain import lifecycle as life


@given(st.lists(st.sampled_from(life.EVENTS), max_size=30))
def test_rewards_come_once_and_only_after_payment(events):
    state, before, grants, has_paid = life.CLAIMED, None, 0, False
    for event in events:
        outcome = life.transition(state, event, before)
        if outcome in (None, life.SKIPPED):
            continue
        has_paid |= event == life.PAY
        grants += event == life.GRANT
        before = state if outcome == life.REVIEW else before
        state = outcome
        assert state in life.STATES
    assert grants <= 1
    assert has_paid or not grants


def test_a_review_goes_back_where_it_was():
    assert life.transition(life.REVIEW, life.CLEAR, life.HOLDING) == life.HOLDING
    assert life.transition(life.REVIEW, life.CLEAR, life.LAPSED) == life.JOINED


def test_nothing_under_review_is_rewarded():
    assert life.transition(life.REVIEW, life.GRANT) is None


@pytest.mark.parametrize("state", life.OVER)
def test_what_is_over_stays_so_but_for_an_appeal(state):
    outcomes = {life.transition(state, event) for event in life.EVENTS} - {None, life.SKIPPED}
    assert outcomes <= {life.REVIEW}


@pytest.mark.parametrize(("state", "event"), [("gone", life.PAY), (life.JOINED, "explode")])
def test_an_unknown_word_is_an_error(state, event):
    with pytest.raises(ValueError, match=f"{state}, {event}"):
        life.transition(state, event)


def test_live_and_over_are_all_states():
    assert {*life.LIVE, *life.OVER} == {*life.STATES}
