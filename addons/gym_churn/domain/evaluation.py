"""Out of time: learn from the log up to a day, score the weeks after it, compare with what happened."""

from dataclasses import dataclass

import numpy as np

from . import metrics
from .belief import HORIZON, NOTICE
from .days import WEEK, show_day
from .errors import ChurnError
from .model import fit, score

TESTS = 4
EVERY = 28
LEAST_WEEKS = 26
CONTRACT_NAMES = {1: "monthly", 3: "quarter", 6: "half", 12: "annual"}
AGES = ((0, 25), (25, 40), (40, 60), (60, 200))


@dataclass
class Tested:
    """Members of the tested days: what was said, what came, and what they are grouped by."""

    p: np.ndarray
    outcome: np.ndarray
    months: np.ndarray
    age: np.ndarray
    free: np.ndarray


def evaluate(log):
    """Learn up to the first of the last four tested days, and measure on all four.

    :return: dict of measures: of everybody, of those free to leave, per contract, per age group, the calibration plot
    :raise ChurnError: when the log is too short
    """
    days = tested_days(log)
    model = fit(log, days[0])
    tested = _test(log, model, days)
    return {
        "tested_days": [show_day(day) for day in days],
        "learned_until": show_day(days[0]),
        "champion": model.champion,
        "candidates": model.judged,
        "all": metrics.summary(tested.outcome, tested.p),
        "free_to_leave": _of(tested, tested.free),
        "contract": {
            name: found for months, name in CONTRACT_NAMES.items() if (found := _of(tested, tested.months == months))
        },
        "age": {
            f"{low} to {high - 1}": found
            for low, high in AGES
            if (found := _of(tested, (tested.age >= low) & (tested.age < high)))
        },
        "calibration": [
            {"members": count, "foreseen": round(mean, 5), "left": round(share, 5)}
            for count, mean, share in metrics.calibration(tested.outcome, tested.p)
        ],
    }


def tested_days(log):
    """The last four days, four weeks apart, whose outcome the log shows."""
    newest = log.last_day + 1 - HORIZON
    if newest - EVERY * (TESTS - 1) - log.first_day < LEAST_WEEKS * WEEK:
        raise ChurnError(
            f"The log goes from {show_day(log.first_day)} to {show_day(log.last_day)}; "
            "evaluating needs ten and a half months at least."
        )
    return [newest - EVERY * back for back in range(TESTS - 1, -1, -1)]


def _of(tested, chosen):
    return metrics.summary(tested.outcome[chosen], tested.p[chosen]) if chosen.any() else None


def _test(log, model, days):
    found = [_test_day(log, model, day) for day in days]
    return Tested(*(np.concatenate(parts) for parts in zip(*found, strict=True)))


def _test_day(log, model, day):
    scores = score(log, day, model)
    snapshot = scores.snapshot
    place = {name: row for row, name in enumerate(log.members.ids)}
    ends = log.end_day[[place[name] for name in scores.ids]]
    weeks, rows = snapshot.weeks, snapshot.rows
    months = weeks.members.months[rows]
    free = (months == 1) | (weeks.term_left(snapshot.week, rows) < NOTICE + HORIZON)
    outcome = ((ends >= day) & (ends < day + HORIZON)).astype(int)
    return scores.probability, outcome, months, weeks.members.age[rows], free
