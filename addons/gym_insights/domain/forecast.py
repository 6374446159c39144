"""Recurring revenue of the next months, from how much came and went in the last ones.

A month keeps what it starts with, less the share that is usually lost, and gains what is usually gained. How far that
may be off is not assumed: the same forecast is made for months that are known, each from the months before it alone,
and the interval is as wide as those errors were. Amounts are money of one currency, without IVA.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

AHEAD = 3  # months
FADING = 0.8  # what a month weighs beside the one after it
EFFECTIVE = (1 + FADING) / (1 - FADING)  # months of equal weight that would be as sure
TRAINED = 5  # months that the first of the forecasts of known months has before it
LEAST = 9  # months without which nothing is foretold
SHARE = 0.8  # of the intervals have to hold what comes
CHANGE = 1.3  # how much wider they are than past errors alone ask for: gyms grow, shrink and have seasons


@dataclass(frozen=True)
class Month:
    """A month that is over: what recurred when it began, what was gained and lost; both are zero or more."""

    start: float
    gained: float
    lost: float

    @property
    def end(self):
        return self.start + self.gained - self.lost


@dataclass(frozen=True)
class Expected:
    """What a month is expected to end with, and the interval that holds it with a probability of ``SHARE``."""

    value: float
    low: float
    high: float

    def holds(self, value):
        return self.low <= value <= self.high


def usable(months):
    """Return the months from the first one that began with something: the share lost of nothing tells nothing."""
    first = next((place for place, month in enumerate(months) if month.start > 0), len(months))
    return months[first:]


def months_missing(months):
    """Return how many more months have to be over before anything is foretold."""
    return max(0, LEAST - len(usable(months)))


def forecast(months, ahead=AHEAD):
    """Return what the next months are expected to end with, nearest first; nothing when too little is known.

    :param months: list of :class:`Month` without gaps, oldest first
    """
    known = usable(months)
    if len(known) < LEAST:
        return []
    rate, _gain = _usual(known)
    width, errors = CHANGE * _quantile(len(known) - TRAINED), _errors(known, ahead)
    level = math.sqrt(max(known[-1].end, 1))
    path = _path(known, ahead)
    return [_expected(value, width * level * _spread(step, rate, errors)) for step, value in enumerate(path, 1)]


def tested(months, ahead=AHEAD):
    """Return how many forecasts of months that are known held what came, and how many were made.

    Each was made with nothing but what was known then.
    """
    known = usable(months)
    held = [
        expected.holds(month.end)
        for origin in range(LEAST, len(known))
        for expected, month in zip(forecast(known[:origin], ahead), known[origin:], strict=False)
    ]
    return sum(held), len(held)


def _usual(months):
    """Return the share of what recurs that a month loses, and what it gains; late months weigh most."""
    weights = [FADING**age for age in range(len(months))][::-1]
    began, gained, lost = (
        sum(weight * getattr(month, name) for weight, month in zip(weights, months, strict=True))
        for name in ("start", "gained", "lost")
    )
    return (min(1.0, lost / began) if began else 0.0), gained / sum(weights)


def _path(months, ahead):
    rate, gain = _usual(months)
    value, path = months[-1].end, []
    for _month in range(ahead):
        value = value * (1 - rate) + gain
        path.append(value)
    return path


def _errors(months, ahead):
    """Return {months ahead: errors of forecasts of known months}, as shares of the root of what then recurred.

    By the root, because what many people decide each by themselves scatters with the root of their number.
    """
    errors = {step: [] for step in range(1, ahead + 1)}
    for origin in range(TRAINED, len(months)):
        level = math.sqrt(max(months[origin - 1].end, 1))
        for step, (value, month) in enumerate(zip(_path(months[:origin], ahead), months[origin:], strict=False), 1):
            errors[step].append((month.end - value) / level)
    return errors


def _spread(step, rate, errors):
    """Return the standard error of a forecast so many months ahead: as it was, and at least what one month implies."""
    carried = sum((1 - rate) ** (2 * past) for past in range(step)) + (step**2 - 1) / EFFECTIVE
    return max(_root_mean_square(errors[1]) * math.sqrt(carried), _root_mean_square(errors[step]))


def _root_mean_square(values):
    return math.sqrt(sum(value * value for value in values) / len(values))


def _quantile(freedom):
    """Return how many standard errors hold ``SHARE``: Student's t by Cornish and Fisher's expansion."""
    z = NormalDist().inv_cdf((1 + SHARE) / 2)
    return z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)


def _expected(value, half):
    return Expected(value, max(0.0, value - half), value + half)
