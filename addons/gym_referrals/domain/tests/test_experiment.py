"""Experiments: few false winners however often one looks, and a word when the gym is too small to know."""

import math
import random

import pytest

from gym_referrals.domain import experiment
from gym_referrals.domain.experiment import arm_of, conversions_needed, interval, judge, log_evidence

RUNS = 1500


def peeked(seed, theta, share=0.5, most=1600):
    """Whether someone who looks after each conversion ever sees enough evidence."""
    pick, evidence = random.Random(seed), 0.0
    second = first = 0
    a, b = 2 * experiment.PRIOR * share, 2 * experiment.PRIOR * (1 - share)
    for count in range(most):
        total = a + b + count
        if pick.random() < theta:
            evidence += math.log((a + second) / total / share)
            second += 1
        else:
            evidence += math.log((b + first) / total / (1 - share))
            first += 1
        if evidence >= math.log(experiment.ENOUGH):
            return True
    assert evidence == pytest.approx(log_evidence(second, first, share), abs=1e-6)
    return False


@pytest.mark.parametrize("share", [0.5, 0.1])
def test_at_most_one_in_twenty_wins_without_a_difference(share):
    assert sum(peeked(seed, share, share) for seed in range(RUNS)) / RUNS <= 0.05


def test_a_real_difference_is_found():
    assert sum(peeked(seed, 0.6, most=800) for seed in range(300)) / 300 >= 0.95


def test_the_interval_holds_the_true_ratio_however_often_one_looks():
    misses = 0
    for seed in range(200):
        pick, counts, missed = random.Random(seed), [0, 0], False
        for _conversion in range(200):
            counts[pick.random() < 0.6] += 1
            low, high = interval(counts[1], counts[0])
            missed |= not low <= 1.5 <= high
        misses += missed
    assert misses / 200 <= 0.05


def test_a_winner_a_loser_and_neither():
    assert judge(90, 30, 1000, 1000).outcome == experiment.WINNER
    assert judge(30, 90, 1000, 1000).outcome == experiment.LOSER
    assert judge(32, 30, 1000, 1000).outcome == experiment.UNDECIDED
    assert judge(0, 0, 0, 0)[:4] == (experiment.UNDECIDED, None, 0.0, math.inf)


def test_a_small_gym_is_told_how_long_it_takes():
    found = judge(14, 11, 500, 500, days=30)
    assert found.outcome == experiment.UNDECIDED
    assert 4 < found.months_left < 12
    assert 200 < conversions_needed(1.5) < 300


def test_members_who_were_not_spread_as_planned_end_the_experiment():
    assert judge(90, 30, 1300, 1000).outcome == experiment.ASSIGNMENT


def test_more_arms_ask_for_more_evidence():
    assert judge(64, 31, 1000, 1000).outcome == experiment.WINNER
    assert judge(64, 31, 1000, 1000, looks=10).outcome == experiment.UNDECIDED


def test_members_are_spread_as_the_shares_say_and_stay_where_they_are():
    shares = {"none": 0.05, "a": 0.475, "b": 0.475}
    drawn = [arm_of("salt", str(unit), shares) for unit in range(20_000)]
    assert drawn == [arm_of("salt", str(unit), shares) for unit in range(20_000)]
    for arm, share in shares.items():
        assert drawn.count(arm) / len(drawn) == pytest.approx(share, abs=0.01)
    assert drawn != [arm_of("other", str(unit), shares) for unit in range(20_000)]
