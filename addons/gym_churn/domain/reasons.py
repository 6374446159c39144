"""What moves a member's score, in words and figures that add up to it."""

import numpy as np

from .belief import CONTRACT, DUES, EVENTS, PERSON, TIME, VISITS
from .log import COMPETITOR, PRICE

MOST = 3
SMALLEST = 0.05
SHOWN = 3  # decimals


def texts(scores):
    """For each member, at most three reasons, then the rest and the gym's level; their figures add up to the logit."""
    values = np.stack([scores.subjects[name] for name in scores.subjects], 1)
    facts = _Facts(scores.snapshot)
    return [_text(list(scores.subjects), row, scores.level, facts, at) for at, row in enumerate(values)]


def _text(names, values, level, facts, at):
    shown = [part for part in np.argsort(-np.abs(values), kind="stable")[:MOST] if abs(values[part]) >= SMALLEST]
    total = round(float(values.sum()) + level, SHOWN)
    figures = [round(float(values[part]), SHOWN) for part in shown]
    base = round(level, SHOWN)
    rest = round(total - base - sum(figures), SHOWN)
    items = [(facts.word(names[part], at), figure) for part, figure in zip(shown, figures, strict=True)]
    items += [("all else", rest), ("an average member here", base)]
    return "; ".join(f"{word} {figure:+.{SHOWN}f}" for word, figure in items)


class _Facts:
    """Looks up what a reason says of a member."""

    def __init__(self, snapshot):
        self.weeks, self.week, self.rows = snapshot.weeks, snapshot.week, snapshot.rows
        self.columns = {name: snapshot.matrix[:, at] for at, name in enumerate(snapshot.names)}
        self.words = {
            VISITS: self._visits,
            CONTRACT: self._contract,
            DUES: self._dues,
            EVENTS: self._events,
            PERSON: lambda at: "age, distance, how they joined",
            TIME: lambda at: f"member for {self.columns['tenure'][at] / 4.345:.0f} months, time of year",
        }

    def word(self, subject, at):
        return self.words[subject](at)

    def _visits(self, at):
        recent, usual = self.columns["rate_4"][at], self.columns["rate_26"][at]
        quiet = int(self.columns["quiet_weeks"][at])
        text = f"{recent:.1f} visits a week, {usual:.1f} in half a year"
        return f"no visit for {quiet} weeks, {usual:.1f} a week in half a year" if quiet >= 2 else text

    def _contract(self, at):
        left = int(self.columns["term_left"][at])
        return "month to month" if left < 0 else f"contract ends in {left} days"

    def _dues(self, at):
        debt, failures = int(self.columns["debt_weeks"][at]), int(self.columns["failures_52"][at])
        return f"a due open for {debt} weeks" if debt else f"{failures} failed charges in a year"

    def _events(self, at):
        rise = self.weeks.felt(PRICE, self.week, self.rows[at : at + 1], self.weeks.day)[0]
        rival = self.weeks.felt(COMPETITOR, self.week, self.rows[at : at + 1], self.weeks.day)[0]
        named = [name for name, felt in (("a price rise", rise), ("a new competitor", rival)) if felt > 0.01]
        return " and ".join(named) or "a price rise to come, or none"
