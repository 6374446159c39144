"""The viral coefficient: how many friends a member brings within some days, and how sure that is.

Members have been with the program for different times, so a mean cumulative function counts each only as long as it
was seen (Nelson 1995, with the robust variance of Lawless and Nadeau 1995). One member may bring many: the variance is
that of members, not of friends, and counts of friends as if they were independent would promise far too much.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

Z = 1.959964  # of 95 %
LEAST_MEMBERS, LEAST_EVENTS = 200, 10  # below which nothing is known yet


class Seen(NamedTuple):
    """A member: for how many days they were seen, and on which of them a friend qualified."""

    days: float
    events: tuple[float, ...] = ()


class Coefficient(NamedTuple):
    """Friends per member, and the interval that holds the true value in 95 of 100 gyms."""

    value: float
    low: float
    high: float
    members: int
    events: int


def coefficient(members: Sequence[Seen], window: float) -> Coefficient | None:
    """Return friends per member within ``window`` days; None while there are too few members or friends to know."""
    seen = [_cut(member, window) for member in members]
    times = sorted(time for member in seen for time in member.events)
    if len(seen) < LEAST_MEMBERS or len(times) < LEAST_EVENTS:
        return None
    ends = sorted(member.days for member in seen)
    at_risk = [len(ends) - bisect_left(ends, time) for time in times]
    value = sum(1 / count for count in at_risk)
    error = math.sqrt(_variance(seen, times, at_risk))
    reach = _quantile(sum(bool(member.events) for member in seen) - 1) * error / value
    return Coefficient(value, value * math.exp(-reach), value * math.exp(reach), len(seen), len(times))


def _cut(member, window):
    days = min(member.days, window)
    return Seen(days, tuple(time for time in member.events if time <= days))


def _variance(seen, times, at_risk):
    """The sum of squares of what each member has brought more or less than the others, weighed by who was seen."""
    expected = [0.0]
    for count in at_risk:
        expected.append(expected[-1] + 1 / count**2)
    by_time = dict(zip(times, at_risk, strict=True))
    total = 0.0
    for member in seen:
        brought = sum(1 / by_time[time] for time in member.events)
        total += (brought - expected[bisect_right(times, member.days)]) ** 2
    return total * len(seen) / (len(seen) - 1)


def _quantile(freedom):
    """Of Student's t at 97.5 %, by Cornish and Fisher's expansion; few members who bring friends widen the interval."""
    freedom = max(3, freedom)
    first = (Z**3 + Z) / (4 * freedom)
    second = (5 * Z**5 + 16 * Z**3 + 3 * Z) / (96 * freedom**2)
    return Z + first + second
