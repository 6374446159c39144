"""Joining by oneself: the steps of the pages, and what may become of a join.

Nothing of a join counts before it is finished: no member, no subscription and no invoice exist until then.
"""

from dataclasses import dataclass

PLAN, DATA, SIGN, PAY = STEPS = ("plan", "data", "sign", "pay")

OPEN, UNCONFIRMED, DESK, DONE, EXPIRED = STATES = ("open", "unconfirmed", "desk", "done", "expired")
WAIT_FOR_MAIL, GO_TO_DESK, EDIT, FINISH, EXPIRE = EVENTS = ("wait_for_mail", "go_to_desk", "edit", "finish", "expire")

SKIPPED = "skipped"

# What each event makes of a join in each state; SKIPPED: it has had its effect already; absent: it is refused.
# Money that arrives late finishes a join that had expired; nothing ever finishes one twice.
TABLE = {
    (OPEN, WAIT_FOR_MAIL): UNCONFIRMED,
    (OPEN, GO_TO_DESK): DESK,
    (OPEN, EDIT): SKIPPED,
    (OPEN, FINISH): DONE,
    (OPEN, EXPIRE): EXPIRED,
    (UNCONFIRMED, WAIT_FOR_MAIL): SKIPPED,
    (UNCONFIRMED, EDIT): OPEN,
    (UNCONFIRMED, FINISH): DONE,
    (UNCONFIRMED, EXPIRE): EXPIRED,
    (DESK, GO_TO_DESK): SKIPPED,
    (DESK, EDIT): OPEN,
    (DESK, FINISH): DONE,
    (DESK, EXPIRE): EXPIRED,
    (DONE, FINISH): SKIPPED,
    (EXPIRED, FINISH): DONE,
    (EXPIRED, EXPIRE): SKIPPED,
}

MIN_SECONDS = 3  # a person needs longer than this to type a name and a phone number


def transition(state, event):
    """Return the state that ``event`` leads to, :data:`SKIPPED`, or ``None`` when it is refused."""
    if state not in STATES or event not in EVENTS:
        raise ValueError(f"no such state or event: {state}, {event}")
    return TABLE.get((state, event))


@dataclass(frozen=True)
class Progress:
    """What a join has so far."""

    has_plan: bool
    has_data: bool
    has_signed: bool


def next_step(progress):
    """Return the first step that still lacks something; :data:`PAY` when only that is left."""
    for step, is_complete in ((PLAN, progress.has_plan), (DATA, progress.has_data), (SIGN, progress.has_signed)):
        if not is_complete:
            return step
    return PAY


def may_open(step, progress):
    """Tell whether ``step`` may be shown: it, or all before it, are complete. Going back is always possible."""
    return STEPS.index(step) <= STEPS.index(next_step(progress))


def looks_automatic(trap, seconds):
    """Tell whether a form was filled in by a program.

    :param str trap: what came in the field that people do not see
    :param float seconds: since the join began
    """
    return bool(trap) or seconds < MIN_SECONDS


def get_shortfall(quoted, paid, billed):
    """Return what to take off the first invoice, so that people who paid what they were shown owe nothing.

    Prices and promotions may change between the page and the money. Only the amount that was shown binds: who paid
    another one gets nothing off.

    :param Decimal quoted: shown on the page of payment
    :param Decimal paid: that arrived
    :param Decimal billed: of the first invoice as it would be now
    """
    return max(billed - paid, 0) if paid == quoted else 0 * billed
