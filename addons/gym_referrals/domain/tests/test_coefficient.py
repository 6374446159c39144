"""The viral coefficient's interval holds the truth in 93 to 96 of 100 simulated gyms."""

import math
import random

import pytest

from gym_referrals.domain.coefficient import Seen, coefficient

WINDOW = 180.0
GYMS = 1500


def gym(seed, members=800, rate=0.15, size=0.3):
    """Members who bring friends unequally (gamma of shape ``size``), of whom many are seen for a part of the window."""
    pick = random.Random(seed)
    found = []
    for _member in range(members):
        days = pick.choice([WINDOW + 20, WINDOW + 20, pick.uniform(10, WINDOW)])
        own = pick.gammavariate(size, rate / size) / WINDOW
        events, time = [], 0.0
        while own and (time := time - math.log(1 - pick.random()) / own) <= days:
            events.append(time)
        found.append(Seen(days, tuple(events)))
    return found


@pytest.mark.parametrize(("members", "rate", "size"), [(800, 0.15, 0.3), (1200, 0.2, 0.2), (400, 0.3, 0.5)])
def test_a_nominal_95_of_100_covers_so_many(members, rate, size):
    hits = known = 0
    for seed in range(GYMS):
        found = coefficient(gym(seed, members, rate, size), WINDOW)
        known += found is not None
        hits += found is not None and found.low <= rate <= found.high
    assert known == GYMS
    assert 0.93 <= hits / known <= 0.96


def test_without_censoring_it_is_friends_by_members():
    members = [Seen(365, (10.0, 400.0))] * 50 + [Seen(365)] * 450
    found = coefficient(members, 365)
    assert (found.value, found.members, found.events) == (pytest.approx(0.1), 500, 50)


def test_who_was_seen_for_a_time_counts_for_that_time():
    members = [Seen(100, (50.0,))] * 100 + [Seen(20)] * 100 + [Seen(100)] * 100
    assert coefficient(members, 100).value == pytest.approx(0.5)


def test_too_few_members_or_friends_are_not_known_yet():
    assert coefficient([Seen(90, (1.0,))] * 199, 90) is None
    assert coefficient([Seen(90)] * 500 + [Seen(90, (1.0,))] * 9, 90) is None
