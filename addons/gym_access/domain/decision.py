"""Who may enter: the one decision, at an instant and for the hours ahead.

:func:`decide` answers for an instant, :func:`timeline` for all instants of some hours; looked up at any of them,
:func:`look_up`, the timeline says what :func:`decide` says then. So doors, tills and pages may keep the timeline.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .days import is_in
from .facts import Context, next_start
from .reasons import BLOCK, INFO, OVER, WARN, Reason, reason, sort_reasons, worst

ALLOW, WARNING, REFUSE = OUTCOMES = ("allow", "warn", "refuse")
_OUTCOME = {INFO: ALLOW, WARN: WARNING, BLOCK: REFUSE}


@dataclass(frozen=True)
class Decision:
    """Whether somebody may enter.

    :param str outcome: of :data:`OUTCOMES`; ``warn`` lets in with a word
    :param reasons: all of them, the heaviest first
    :param str right: key of the right that opens, or that comes nearest; ``None`` when there is none
    :param datetime until: when the answer changes by itself; ``None`` when no change is known
    """

    outcome: str
    reasons: tuple[Reason, ...] = ()
    right: str | None = None
    until: datetime | None = None

    @property
    def lets_in(self):
        """Whether the door opens."""
        return self.outcome != REFUSE

    @property
    def codes(self):
        """The codes of the reasons, in their order."""
        return tuple(one.code for one in self.reasons)


def decide(facts, context):
    """Return whether the person of ``facts`` may enter in ``context``, with every reason there is."""
    now = _answer(facts, context)
    if context.is_exit:
        return now
    edges = sorted({*facts.edges, *context.edges})
    changes = (at for at in edges if at > context.at and _answer(facts, replace(context, at=at)) != now)
    return replace(now, until=next(changes, None))


def timeline(facts, start, hours, context=None):
    """Return the decisions from ``start`` for so many hours, as a tuple of (from, until before, decision).

    :param Context context: what else is so all that time; its ``at`` is not looked at
    """
    context = context or Context(start)
    end = start + timedelta(hours=hours)
    inner = {at for at in (*facts.edges, *context.edges) if start < at < end}
    segments = []
    for at in sorted({start, *inner}):
        decision = decide(facts, replace(context, at=at))
        if segments and segments[-1][1] == decision:
            continue
        segments.append((at, decision))
    ends = [at for at, _decision in segments[1:]] + [end]
    return tuple((at, until, decision) for (at, decision), until in zip(segments, ends, strict=True))


def look_up(segments, at):
    """Return the decision of a timeline at ``at``, or ``None`` when it does not reach so far."""
    return next((decision for start, end, decision in segments if is_in((start, end), at)), None)


def add_context(decision, context):
    """Return a decision of a timeline with what is so where its person stands: inside already, or a full house."""
    if context.is_exit:
        return Decision(ALLOW)
    reasons = sort_reasons((*decision.reasons, *_reasons_of_presence(context), *_reasons_of_room(context)))
    return replace(decision, outcome=_OUTCOME[worst(reasons)], reasons=reasons)


def takes_visit(facts, key, at):
    """Tell whether entering at ``at`` by the right ``key`` takes a visit of an allowance."""
    right = next((one for one in facts.rights if one.key == key), None)
    now = [one for one in (right.allowances if right else ()) if one.holds_at(at)]
    return bool(now) and not any(one.is_free_at(at) for one in now)


def take_visit(facts, key, at, day_ends):
    """Return the facts after entering at ``at`` took a visit by the right ``key``, for whoever cannot ask again.

    :param day_ends: instants at which civil days of the branch end
    """
    return replace(facts, rights=tuple(_use(one, at, day_ends) if one.key == key else one for one in facts.rights))


def _use(right, at, day_ends):
    if right.free_minutes is None:
        free_until = min((end for end in day_ends if end > at), default=None)
    else:
        free_until = at + timedelta(minutes=right.free_minutes)
    allowances = (
        replace(one, used=one.used + int(one.holds_at(at)), free_until=free_until) for one in right.allowances
    )
    return replace(right, allowances=tuple(allowances))


def _answer(facts, context):
    """Return the decision without its ``until``."""
    if context.is_exit:
        return Decision(ALLOW)
    right, of_right = _best_right(facts, context)
    reasons = sort_reasons((*_reasons_of_code(context), *of_right, *_reasons_of_person(facts, context)))
    return Decision(_OUTCOME[worst(reasons)], reasons, right and right.key)


def _best_right(facts, context):
    """Return the right with the least against it, the first of equals, and what is against it."""
    if not facts.rights:
        return None, () if context.code_problem else (reason("no_plan"),)
    found = [(right, _reasons_of_right(right, context)) for right in facts.rights]
    return min(found, key=lambda pair: (worst(pair[1]) == BLOCK, len(pair[1])))


def _reasons_of_right(right, context):
    at = context.at
    found = tuple(bar.reason for bar in right.bars if bar.holds_at(at))
    if OVER.intersection(one.code for one in found):
        return found
    found += tuple(one for allowance in right.allowances if (one := allowance.get_reason(at)))
    if right.hours is not None and not any(is_in(span, at) for span in right.hours):
        opens = next_start(right.hours, at)
        found += (reason("outside_hours", **({"at": opens} if opens else {})),)
    if context.zone and right.zones is not None and context.zone not in right.zones:
        found += (reason("wrong_zone"),)
    return found


def _reasons_of_code(context):
    return (reason(context.code_problem),) if context.code_problem else ()


def _reasons_of_person(facts, context):
    found = [bar.reason for bar in facts.bars if bar.holds_at(context.at)]
    if context.is_guardian_inside:
        found = [one for one in found if one.code != "minor_alone"]
    if facts.open_hours is not None and not any(is_in(span, context.at) for span in facts.open_hours):
        found.append(reason("branch_closed"))
    if context.is_stale:
        found.append(reason("stale_snapshot"))
    if context.at >= facts.until:
        found.append(reason("unknown_offline"))
    return (*found, *_reasons_of_presence(context), *_reasons_of_room(context))


def _reasons_of_presence(context):
    policy = context.policy
    if policy.anti_passback in (WARN, BLOCK) and context.inside_since:
        return (reason("already_inside", policy.anti_passback, at=context.inside_since),)
    if policy.anti_passback == "timed" and any(context.at < edge for edge in context.edges):
        return (reason("too_soon", BLOCK, at=context.edges[0]),)
    return ()


def _reasons_of_room(context):
    policy = context.policy
    if context.inside_since or not policy.capacity or context.inside_count < policy.capacity:
        return ()
    return (reason("full", policy.capacity_severity, count=context.inside_count, capacity=policy.capacity),)
