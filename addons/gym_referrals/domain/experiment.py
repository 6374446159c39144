"""Experiments that may be looked at every day: the chance of a false winner stays below one in twenty all the same.

Each arm counts the members with a first qualified friend; later friends of the same member tell nothing new. Given
that such a member appears, it is in the second arm with a probability that the null hypothesis knows: its share. The
evidence is the likelihood of a mixture of all shares against it (an e-value: by Ville's inequality it exceeds 20 in at
most 5 % of experiments without a difference, whenever one stops).
"""

import hashlib
import math
from typing import NamedTuple

ENOUGH = 20.0
LOG_ENOUGH = math.log(ENOUGH)
BROKEN = 100.0  # evidence that members were not spread as planned
PRIOR = 5.0  # how much the mixture expects small differences
BUCKETS = 10_000
WINNER, LOSER, UNDECIDED, ASSIGNMENT = OUTCOMES = ("winner", "loser", "undecided", "assignment")
DAYS_A_MONTH = 30.4


def arm_of(salt: str, unit: str, shares: dict[str, float]) -> str:
    """Return the arm of a unit, always the same and spread as ``shares``, which add up to 1."""
    digest = hashlib.sha256(f"{salt}/{unit}".encode()).digest()
    place, end = int.from_bytes(digest[:8]) % BUCKETS / BUCKETS, 0.0
    for arm, share in shares.items():
        end += share
        if place < end:
            return arm
    return arm


def log_evidence(second: int, first: int, share: float = 0.5) -> float:
    """The logarithm of the evidence that the second arm's share of conversions is not ``share``.

    :param int second: conversions in the second arm
    :param int first: conversions in the first
    """
    a, b = 2 * PRIOR * share, 2 * PRIOR * (1 - share)
    mixture = _log_beta(a + second, b + first) - _log_beta(a, b)
    return mixture - second * math.log(share) - first * math.log(1 - share)


def _log_beta(a, b):
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


class Result(NamedTuple):
    """What is known by now of the second arm beside the first."""

    outcome: str
    ratio: float | None
    low: float
    high: float
    evidence: float
    months_left: float | None


def judge(second, first, exposed_second, exposed_first, share=0.5, days=0, looks=1, worth=1.5):
    """Return the :class:`Result` of two arms by now; it may be asked as often as one likes.

    :param int second: members of the second arm with a first qualified friend; ``first`` those of the first arm
    :param int exposed_second: members to whom the second arm was shown; ``exposed_first`` those of the first
    :param float share: of members that were to see the second arm
    :param int days: since the experiment began, from which the pace is reckoned
    :param int looks: how many arms are compared with the first
    :param float worth: the ratio that one wants to find
    """
    threshold = math.log(ENOUGH * looks)
    if log_evidence(exposed_second, exposed_first, share) >= math.log(BROKEN):
        return Result(ASSIGNMENT, None, 0.0, math.inf, 0.0, None)
    evidence = log_evidence(second, first, share)
    low, high = interval(second, first, share, threshold)
    outcome = UNDECIDED
    if evidence >= threshold:
        outcome = WINNER if low > 1 else LOSER
    ratio = second / first * (1 - share) / share if first else None
    months = _months_left(second + first, days, share, worth, threshold) if outcome == UNDECIDED else 0.0
    return Result(outcome, ratio, low, high, math.exp(min(evidence, 700)), months)


def interval(second, first, share=0.5, threshold=LOG_ENOUGH):
    """Return the ratios of rates that the evidence does not refute: they hold the true one however often one looks."""
    if not second + first:
        return 0.0, math.inf
    best = second / (second + first)
    a, b = 2 * PRIOR * share, 2 * PRIOR * (1 - share)
    mixture = _log_beta(a + second, b + first) - _log_beta(a, b)

    def refutes(theta):
        return mixture - second * math.log(theta) - first * math.log(1 - theta) >= threshold

    low = _edge(refutes, 1e-9, best) if second else 0.0
    high = _edge(refutes, 1 - 1e-9, best) if first else 1.0
    return _ratio(low, share), _ratio(high, share)


def _edge(refutes, outside, inside):
    """The border between what is refuted and what is not, by bisection."""
    for _step in range(60):
        middle = (outside + inside) / 2
        outside, inside = (middle, inside) if refutes(middle) else (outside, middle)
    return inside


def _ratio(theta, share):
    return math.inf if theta >= 1 else theta / (1 - theta) * (1 - share) / share


def conversions_needed(worth, share=0.5, threshold=LOG_ENOUGH):
    """About how many conversions it takes to find that the second arm converts ``worth`` times as often."""
    theta = worth * share / (worth * share + 1 - share)
    count = 8
    while log_evidence(round(count * theta), count - round(count * theta), share) < threshold and count < 10**6:
        count = math.ceil(count * 1.1)
    return count


def _months_left(count, days, share, worth, threshold):
    """How long it takes at this pace; None while the pace is not known."""
    if not count or not days:
        return None
    left = max(0, conversions_needed(worth, share, threshold) - count)
    return left / (count / days) / DAYS_A_MONTH
