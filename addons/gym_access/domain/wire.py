"""Timelines as JSON, for what keeps them in a database or takes them to a door."""

from datetime import date, datetime

from .decision import Decision
from .reasons import Reason

_INSTANT, _DAY = "instant", "day"


def dump(segments):
    """Return a timeline as lists, texts and numbers."""
    return [[start.isoformat(), end.isoformat(), dump_decision(decision)] for start, end, decision in segments]


def load(data):
    """Return the timeline of :func:`dump`."""
    return tuple(
        (datetime.fromisoformat(start), datetime.fromisoformat(end), load_decision(decision))
        for start, end, decision in data
    )


def dump_decision(decision):
    """Return a decision as a dict of texts, numbers and lists."""
    return {
        "outcome": decision.outcome,
        "reasons": dump_reasons(decision.reasons),
        "right": decision.right,
        "until": decision.until and decision.until.isoformat(),
    }


def load_decision(data):
    """Return the decision of :func:`dump_decision`."""
    until = data["until"] and datetime.fromisoformat(data["until"])
    return Decision(data["outcome"], load_reasons(data["reasons"]), data["right"], until)


def dump_reasons(reasons):
    """Return reasons as lists of code, severity and values."""
    return [[one.code, one.severity, {name: _dump(value) for name, value in one.values.items()}] for one in reasons]


def load_reasons(data):
    """Return the reasons of :func:`dump_reasons`."""
    return tuple(
        Reason(code, severity, {name: _load(value) for name, value in values.items()})
        for code, severity, values in data
    )


def _dump(value):
    if isinstance(value, datetime):
        return [_INSTANT, value.isoformat()]
    return [_DAY, value.isoformat()] if isinstance(value, date) else value


def _load(value):
    if not isinstance(value, list):
        return value
    kind, text = value
    return datetime.fromisoformat(text) if kind == _INSTANT else date.fromisoformat(text)
