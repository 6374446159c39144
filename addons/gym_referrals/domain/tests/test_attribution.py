"""Who brought a friend."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gym_referrals.domain import attribution as way
from gym_referrals.domain.attribution import Pair, Touch, choose, refusal

BEGAN = datetime(2026, 5, 10, 12)
HOUR = timedelta(hours=1)
touches = st.lists(
    st.builds(
        Touch,
        st.sampled_from(way.WAYS),
        st.integers(1, 4),
        st.integers(-2000, 500).map(lambda hours: BEGAN + hours * HOUR),
    )
)


def test_what_is_said_beats_what_was_clicked_later():
    found = [Touch(way.CODE, 1, BEGAN - 50 * HOUR), Touch(way.LINK, 2, BEGAN - HOUR), Touch(way.DESK, 3, BEGAN)]
    assert choose(found, BEGAN).referrer == 1


def test_the_last_link_counts_and_the_first_pass():
    links = [Touch(way.LINK, 1, BEGAN - 9 * HOUR), Touch(way.LINK, 2, BEGAN - HOUR)]
    passes = [Touch(way.PASS, 1, BEGAN - 9 * HOUR), Touch(way.PASS, 2, BEGAN - HOUR)]
    assert (choose(links, BEGAN).referrer, choose(passes, BEGAN).referrer) == (2, 1)


def test_a_cookie_ends_after_thirty_days_to_the_second():
    at = BEGAN - timedelta(days=30)
    assert choose([Touch(way.COOKIE, 1, at)], BEGAN)
    assert not choose([Touch(way.COOKIE, 1, at - timedelta(seconds=1))], BEGAN)


def test_a_late_claim_ends_after_fourteen_days():
    assert choose([Touch(way.LATE, 1, BEGAN + timedelta(days=14))], BEGAN)
    assert not choose([Touch(way.LATE, 1, BEGAN + timedelta(days=14, seconds=1))], BEGAN)


@given(touches, st.sets(st.integers(1, 4)))
def test_who_may_not_refer_never_wins_and_the_next_does(found, allowed):
    chosen = choose(found, BEGAN, lambda touch: touch.referrer in allowed)
    assert chosen == choose([touch for touch in found if touch.referrer in allowed], BEGAN)


@given(touches)
def test_the_order_in_which_touches_are_found_does_not_matter(found):
    assert choose(found, BEGAN) == choose(list(reversed(found)), BEGAN)


@pytest.mark.parametrize(
    ("pair", "reason"),
    [
        (Pair(), None),
        (Pair(is_same=True, is_staff=True), way.SELF),
        (Pair(is_staff=True), way.STAFF),
        (Pair(is_minor=True), way.MINOR),
        (Pair(was_member_days=0), way.MEMBER),
        (Pair(was_member_days=179), way.MEMBER),
        (Pair(was_member_days=180), None),
        (Pair(is_household=True), way.HOUSEHOLD),
        (Pair(is_active=False), way.STOPPED),
    ],
)
def test_who_is_no_friend_of_the_program(pair, reason):
    assert refusal(pair) == reason


def test_relatives_count_where_the_program_says_so():
    assert refusal(Pair(is_household=True), household="allowed") is None
