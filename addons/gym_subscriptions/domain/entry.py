"""Why somebody may not enter by a subscription: all reasons at once, each a code with values, never a text."""

from dataclasses import dataclass, field

from . import lifecycle

BLOCK, WARN = "block", "warn"
# What says that a subscription does not run: then its hours matter to nobody.
OVER = frozenset({"not_begun", "not_started", "ended"})


@dataclass(frozen=True)
class Objection:
    """One reason.

    :param str code: stable name; texts and remedies are kept by it
    :param str severity: :data:`BLOCK` keeps the person out, :data:`WARN` is said and lets them in
    :param dict values: names to plain values (dates, amounts, names) that the text needs
    """

    code: str
    severity: str = BLOCK
    values: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Facts:
    """What decides about one subscription at one branch.

    :param str state: of :mod:`lifecycle`
    :param date starts: first day with access; ``None`` when it has none
    :param date ends: first day without access; ``None`` when it goes on
    :param frozen: ``(first day, first day after)`` of each freeze
    :param bool is_branch_open_to: the plan opens this branch
    """

    state: str
    starts: object = None
    ends: object = None
    frozen: tuple = ()
    is_branch_open_to: bool = True


def objections(facts, day):
    """Return what speaks against entering on the civil ``day``, as a tuple; an empty one lets in."""
    if over := _not_running(facts, day):
        return (over,)
    found = []
    if facts.state == lifecycle.SUSPENDED:
        found.append(Objection("suspended"))
    if resting := [end for start, end in facts.frozen if start <= day < end]:
        found.append(Objection("frozen", values={"day": max(resting)}))
    if not facts.is_branch_open_to:
        found.append(Objection("wrong_branch"))
    return tuple(found)


def at_hour(found, is_within_hours, is_branch_open):
    """Return what speaks against entering at an hour of a day against which ``found`` speaks.

    :param bool is_within_hours: the plan opens at this hour
    """
    outside = () if is_within_hours or OVER.intersection(one.code for one in found) else (Objection("outside_hours"),)
    closed = () if is_branch_open else (Objection("branch_closed"),)
    return (*found, *outside, *closed)


def _not_running(facts, day):
    """Return why the subscription itself lets nobody in on ``day``, or ``None`` when it does."""
    if facts.state == lifecycle.DRAFT:
        return Objection("not_begun")
    if facts.ends and facts.ends <= day:
        return Objection("ended", values={"day": facts.ends})
    if facts.state in lifecycle.FINAL_STATES:
        return Objection("ended", values={"day": facts.ends})
    if facts.starts and day < facts.starts:
        return Objection("not_started", values={"day": facts.starts})
    return None


def may_enter(found):
    """Tell whether these objections let in."""
    return all(objection.severity != BLOCK for objection in found)


def best(by_right):
    """Return the right that lets in with the least to say, or else the one with the least against it.

    :param dict by_right: right to its objections, the first of equals wins
    :return: pair of right and objections; ``(None, ())`` when there is no right
    """
    if not by_right:
        return None, ()
    return min(by_right.items(), key=lambda pair: (not may_enter(pair[1]), len(pair[1])))
