"""Timelines and facts as JSON, for what keeps them in a database or takes them to a door."""

from datetime import date, datetime
from decimal import Decimal

from .decision import Decision
from .facts import Allowance, Bar, Facts, Right
from .reasons import Reason

_INSTANT, _DAY, _AMOUNT = "instant", "day", "amount"
_READERS = {_INSTANT: datetime.fromisoformat, _DAY: date.fromisoformat, _AMOUNT: Decimal}


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


def dump_facts(facts):
    """Return facts as dicts, lists, texts and numbers."""
    return {
        "until": facts.until.isoformat(),
        "bars": [_dump_bar(bar) for bar in facts.bars],
        "rights": [_dump_right(right) for right in facts.rights],
        "open_hours": _dump_spans(facts.open_hours),
    }


def load_facts(data):
    """Return the facts of :func:`dump_facts`."""
    return Facts(
        datetime.fromisoformat(data["until"]),
        tuple(_load_bar(bar) for bar in data["bars"]),
        tuple(_load_right(right) for right in data["rights"]),
        _load_spans(data["open_hours"]),
    )


def _dump_right(right):
    return {
        "key": right.key,
        "name": right.name,
        "bars": [_dump_bar(bar) for bar in right.bars],
        "hours": _dump_spans(right.hours),
        "allowances": [
            [one.code, one.limit, one.used, *(_dump_instant(at) for at in (one.start, one.end, one.free_until))]
            for one in right.allowances
        ],
        "zones": right.zones if right.zones is None else sorted(right.zones),
        "free_minutes": right.free_minutes,
    }


def _load_right(data):
    return Right(
        data["key"],
        data["name"],
        tuple(_load_bar(bar) for bar in data["bars"]),
        _load_spans(data["hours"]),
        tuple(
            Allowance(code, limit, used, *(_load_instant(at) for at in instants))
            for code, limit, used, *instants in data["allowances"]
        ),
        data["zones"] if data["zones"] is None else frozenset(data["zones"]),
        data["free_minutes"],
    )


def _dump_bar(bar):
    return [dump_reasons([bar.reason])[0], _dump_instant(bar.start), _dump_instant(bar.end)]


def _load_bar(data):
    one, start, end = data
    return Bar(load_reasons([one])[0], _load_instant(start), _load_instant(end))


def _dump_spans(spans):
    return None if spans is None else [[start.isoformat(), end.isoformat()] for start, end in spans]


def _load_spans(data):
    return None if data is None else tuple(tuple(map(datetime.fromisoformat, span)) for span in data)


def _dump_instant(at):
    return at and at.isoformat()


def _load_instant(text):
    return text and datetime.fromisoformat(text)


def _dump(value):
    if isinstance(value, datetime):
        return [_INSTANT, value.isoformat()]
    if isinstance(value, Decimal):
        return [_AMOUNT, str(value)]
    return [_DAY, value.isoformat()] if isinstance(value, date) else value


def _load(value):
    if not isinstance(value, list):
        return value
    kind, text = value
    return _READERS[kind](text)
