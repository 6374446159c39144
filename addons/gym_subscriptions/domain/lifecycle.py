"""The states of a subscription and what moves it from one to another.

:func:`transition` answers for every state and event: the new state, :class:`Skipped` when the event has already
happened (webhooks, jobs and people repeat themselves), or :class:`Forbidden` with a reason code and its text in plain
English, which the model translates by code.
"""

from dataclasses import dataclass

DRAFT, TRIALING, ACTIVE, PAST_DUE, SUSPENDED, FROZEN, CANCELLED, EXPIRED = STATES = (
    "draft",
    "trialing",
    "active",
    "past_due",
    "suspended",
    "frozen",
    "cancelled",
    "expired",
)
RUNNING_STATES = (TRIALING, ACTIVE, PAST_DUE, SUSPENDED, FROZEN)
BILLABLE_STATES = (TRIALING, ACTIVE, PAST_DUE)
FINAL_STATES = (CANCELLED, EXPIRED)

# What happens to a subscription. ``unfreeze`` leads back to where the freeze found it, see :func:`transition`.
START_TRIAL = "start_trial"  # a draft begins with days free of charge
ACTIVATE = "activate"  # a draft begins, or a trial goes on as a paid subscription
FALL_DUE = "fall_due"  # an invoice was not paid when it was due
SETTLE = "settle"  # all that was owed has been paid
SUSPEND = "suspend"  # dunning, or a chargeback, closes the door
FREEZE = "freeze"  # somebody asks for days without access and dues
CLOSE = "close"  # the gym closes and freezes everybody, members who owe included
UNFREEZE = "unfreeze"  # a freeze ends
CANCEL = "cancel"  # the last day of a cancellation has come, or it takes effect at once
EXPIRE = "expire"  # a term or trial that does not renew has come to its end
REACTIVATE = "reactivate"  # who left comes back on the same subscription

EVENTS = (START_TRIAL, ACTIVATE, FALL_DUE, SETTLE, SUSPEND, FREEZE, CLOSE, UNFREEZE, CANCEL, EXPIRE, REACTIVATE)

REASONS = frozenset(
    {
        "not_started",
        "already_started",
        "is_over",
        "not_over",
        "is_frozen",
        "not_frozen",
        "on_trial",
        "owes_money",
        "is_suspended",
        "resume_state_unknown",
    }
)


@dataclass(frozen=True)
class Skipped:
    """The event has already had its effect; the subscription stays in ``state``."""

    state: str


@dataclass(frozen=True)
class Forbidden:
    """The event may not happen now.

    :param str reason: a code of :data:`REASONS`
    """

    state: str
    event: str
    reason: str


_SKIP = object()
_RESUME = object()

# Event by event: what each state becomes, a reason code when it may not, or _SKIP when there is nothing left to do.
_TABLE = {
    START_TRIAL: {
        DRAFT: TRIALING,
        TRIALING: _SKIP,
        ACTIVE: "already_started",
        PAST_DUE: "already_started",
        SUSPENDED: "already_started",
        FROZEN: "already_started",
        CANCELLED: "is_over",
        EXPIRED: "is_over",
    },
    ACTIVATE: {
        DRAFT: ACTIVE,
        TRIALING: ACTIVE,
        ACTIVE: _SKIP,
        PAST_DUE: "already_started",
        SUSPENDED: "already_started",
        FROZEN: "is_frozen",
        CANCELLED: "is_over",
        EXPIRED: "is_over",
    },
    FALL_DUE: {
        DRAFT: "not_started",
        TRIALING: "on_trial",
        ACTIVE: PAST_DUE,
        PAST_DUE: _SKIP,
        SUSPENDED: _SKIP,
        FROZEN: "is_frozen",
        CANCELLED: _SKIP,
        EXPIRED: _SKIP,
    },
    SETTLE: {
        DRAFT: "not_started",
        TRIALING: _SKIP,
        ACTIVE: _SKIP,
        PAST_DUE: ACTIVE,
        SUSPENDED: ACTIVE,
        FROZEN: _SKIP,
        CANCELLED: _SKIP,
        EXPIRED: _SKIP,
    },
    SUSPEND: {
        DRAFT: "not_started",
        TRIALING: "on_trial",
        ACTIVE: SUSPENDED,
        PAST_DUE: SUSPENDED,
        SUSPENDED: _SKIP,
        FROZEN: "is_frozen",
        CANCELLED: _SKIP,
        EXPIRED: _SKIP,
    },
    FREEZE: {
        DRAFT: "not_started",
        TRIALING: "on_trial",
        ACTIVE: FROZEN,
        PAST_DUE: "owes_money",
        SUSPENDED: "is_suspended",
        FROZEN: _SKIP,
        CANCELLED: "is_over",
        EXPIRED: "is_over",
    },
    CLOSE: {
        DRAFT: "not_started",
        TRIALING: FROZEN,
        ACTIVE: FROZEN,
        PAST_DUE: FROZEN,
        SUSPENDED: "is_suspended",
        FROZEN: _SKIP,
        CANCELLED: "is_over",
        EXPIRED: "is_over",
    },
    UNFREEZE: {
        DRAFT: "not_started",
        TRIALING: _SKIP,
        ACTIVE: _SKIP,
        PAST_DUE: _SKIP,
        SUSPENDED: "not_frozen",
        FROZEN: _RESUME,
        CANCELLED: "is_over",
        EXPIRED: "is_over",
    },
    CANCEL: {
        DRAFT: CANCELLED,
        TRIALING: CANCELLED,
        ACTIVE: CANCELLED,
        PAST_DUE: CANCELLED,
        SUSPENDED: CANCELLED,
        FROZEN: CANCELLED,
        CANCELLED: _SKIP,
        EXPIRED: _SKIP,
    },
    EXPIRE: {
        DRAFT: "not_started",
        TRIALING: EXPIRED,
        ACTIVE: EXPIRED,
        PAST_DUE: EXPIRED,
        SUSPENDED: EXPIRED,
        FROZEN: EXPIRED,
        CANCELLED: _SKIP,
        EXPIRED: _SKIP,
    },
    REACTIVATE: {
        DRAFT: "not_started",
        TRIALING: "not_over",
        ACTIVE: _SKIP,
        PAST_DUE: "not_over",
        SUSPENDED: "not_over",
        FROZEN: "not_over",
        CANCELLED: ACTIVE,
        EXPIRED: ACTIVE,
    },
}


def transition(state, event, resume_to=ACTIVE):
    """Return what ``event`` makes of a subscription in ``state``.

    :param str resume_to: for :data:`UNFREEZE` only: the state that the freeze found
    :return: the new state, :class:`Skipped` or :class:`Forbidden`
    :raise KeyError: when state or event do not exist
    """
    outcome = _TABLE[event][state]
    if outcome is _SKIP:
        return Skipped(state)
    if outcome is _RESUME:
        return resume_to if resume_to in BILLABLE_STATES else Forbidden(state, event, "resume_state_unknown")
    return outcome if outcome in STATES else Forbidden(state, event, outcome)


def may(state, event):
    """Tell whether ``event`` would move a subscription that is in ``state``, to show or hide a button."""
    return isinstance(transition(state, event), str)
