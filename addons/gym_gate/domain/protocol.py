"""What a gate and the server say to each other, for both sides. Instants are naive UTC in ISO format.

A gate asks, the server answers; JSON in both directions. Each person is an *entry* with a key (``member:12``,
``pass:5``) and a version that grows whenever something about them changes; a gate asks for what is newer than the
newest it has. The digest tells whether it then holds what the server holds.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from odoo.addons.gym_access.domain.decision import ALLOW, REFUSE, WARNING
from odoo.addons.gym_access.domain.reasons import SEVERITIES, Reason
from odoo.addons.gym_access.domain.wire import load_reasons

PATH = "/gym/gate/1"
POLL_S = 5  # how often a gate asks for what is new
PAGE = 300  # entries of one answer
EVENTS_PAGE = 200
FRESH_S = 90  # a gate lets in without asking when it heard of the server so lately
STALE_S = 900  # after it, a gate says that it has not heard of the server
ASK_TIMEOUT_S = 0.4
AUTONOMY_HOURS = 72
OVERRIDE = "override"
OUTCOMES = (ALLOW, WARNING, REFUSE, OVERRIDE)
LET_IN = (ALLOW, WARNING, OVERRIDE)
METHODS = ("code", "device", "desk")
MONEY = ("owes", "owes_in_grace", "promised", "suspended", "disputed")  # doors say no more than that something is due
_KEY = re.compile(r"(member|pass):([0-9]{1,9})")
_RIGHT = re.compile(r"[a-z]{1,20}(:[0-9]{1,9})?")


def short_name(name):
    """Return a name as doors and screens show it: first name and one initial, ``María G.``."""
    first, *others = (name or "").split()[:2] or [""]
    return f"{first} {others[0][0]}." if others else first


def without_money(facts):
    """Return facts of :func:`~odoo.addons.gym_access.domain.wire.dump_facts` without amounts; the codes stay."""
    rights = [right | {"bars": _bars_without_money(right["bars"])} for right in facts["rights"]]
    return facts | {"bars": _bars_without_money(facts["bars"]), "rights": rights}


def decision_without_money(data):
    """Return a decision of :func:`~odoo.addons.gym_access.domain.wire.dump_decision` without amounts."""
    reasons = [[code, severity, _without_floats(values)] for code, severity, values in data["reasons"]]
    return data | {"reasons": reasons}


def _bars_without_money(bars):
    return [[[code, severity, _without_floats(values)], *span] for (code, severity, values), *span in bars]


def _without_floats(values):
    return {name: value for name, value in values.items() if not isinstance(value, float)}


def digest(versions):
    """Return what two sides compare to know that they hold the same: of pairs of key and version, 64 digits."""
    lines = "\n".join(f"{key}:{version}" for key, version in sorted(versions))
    return hashlib.sha256(lines.encode()).hexdigest()


def read_key(text):
    """Return kind and number of the key of an entry; ``(None, 0)`` for what is none."""
    found = _KEY.fullmatch(text) if isinstance(text, str) else None
    return (found[1], int(found[2])) if found else (None, 0)


@dataclass(frozen=True)
class Event:
    """Somebody stood at a door.

    :param int seq: counted by the gate, without gaps
    :param datetime at: by the gate's clock
    :param int point: number of the door, 0 is the gate's desk page
    :param str who: key of the person; ``None`` for a stranger
    :param pass_id: of the pass whose code was shown
    :param phone: pair of a phone's number and the step of the code that was taken; ``None`` without a phone
    :param bool takes: it took a visit of an allowance
    :param bool is_offline: decided without the server
    :param opened: whether the door confirmed that it opened; ``None`` when nobody knows
    """

    seq: int
    at: datetime
    point: int = 0
    direction: str = "in"
    method: str = "code"
    who: str | None = None
    pass_id: int = 0
    phone: tuple | None = None
    outcome: str = REFUSE
    reasons: tuple[Reason, ...] = ()
    right: str | None = None
    takes: bool = False
    is_offline: bool = False
    opened: bool | None = True
    override: int = 0


def read_event(data):
    """Return the :class:`Event` that a gate sent.

    :raise ValueError: for what is none, naming the field
    """
    if not isinstance(data, dict):
        raise ValueError("an event is an object")
    phone = data.get("phone")
    return Event(
        seq=_number(data, "seq", least=1),
        at=_instant(data, "at"),
        point=_number(data, "point"),
        direction=_one_of(data, "direction", ("in", "out")),
        method=_one_of(data, "method", METHODS),
        who=data["who"] if read_key(data.get("who"))[0] else None,
        pass_id=_number(data, "pass"),
        phone=tuple(_number({"phone": one}, "phone") for one in phone[:2]) if isinstance(phone, list) else None,
        outcome=_one_of(data, "outcome", OUTCOMES),
        reasons=_reasons(data),
        right=data["right"] if isinstance(data.get("right"), str) and _RIGHT.fullmatch(data["right"]) else None,
        takes=data.get("takes") is True,
        is_offline=data.get("offline") is True,
        opened=data.get("opened") if isinstance(data.get("opened"), bool) else None,
        override=_number(data, "override"),
    )


def _number(data, name, least=0):
    value = data.get(name) or 0
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value < 2**31:
        raise ValueError(f"{name} is no number of an event")
    return value


def _instant(data, name):
    try:
        found = datetime.fromisoformat(data.get(name))
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} is no instant") from error
    if found.tzinfo:
        raise ValueError(f"{name} is not UTC without a zone")
    return found


def _one_of(data, name, values):
    if data.get(name) not in values:
        raise ValueError(f"{name} is none of {', '.join(values)}")
    return data[name]


def _reasons(data):
    try:
        found = load_reasons(data.get("reasons") or [])
    except (TypeError, ValueError, AttributeError) as error:
        raise ValueError("reasons are no reasons") from error
    if any(one.code not in SEVERITIES for one in found):
        raise ValueError("reasons has a code that is none")
    return found
