"""Requests about personal data (ARCO): which steps may follow each other and when each is due.

Clocks: LFPDPPP (DOF 20 March 2025) keeps the answer within 20 business days of receipt and the execution within 15 of
the answer, each extendable once by as many days when the case justifies it.
"""

from dataclasses import dataclass
from datetime import date

from .business_days import add_business_days

RECEIVED, VERIFIED, ANSWERED, EXECUTED, CLOSED, WITHDRAWN = STATES = (
    "received",
    "verified",
    "answered",
    "executed",
    "closed",
    "withdrawn",
)
GRANTED, PARTIAL, DENIED = ANSWERS = ("granted", "partial", "denied")

ANSWER_DAYS = 20  # business days after receipt
EXECUTION_DAYS = 15  # business days after the answer
REMINDER_DAYS = 5  # business days before a deadline
COMPLAINT_DAYS = 15  # business days the person has to go to the authority (LFPDPPP art. 40)
BLOCK_YEARS = 5  # default; CFF art. 30 and 67: the gym must be able to prove what it billed


def is_allowed(state, target, answer=None):
    """Tell whether a request may pass from ``state`` to ``target``.

    Only a denial may be answered without having verified who asks (that the person could not prove it is itself a
    ground for denying); only what was granted, whole or in part, is executed; what was denied closes at once.

    :param str answer: what was or is about to be answered, one of :data:`ANSWERS`, or ``None`` before any answer
    """
    if state not in STATES or target not in STATES:
        raise ValueError(f"unknown state {state!r} or {target!r}")
    grants = answer in (GRANTED, PARTIAL)
    return {
        (RECEIVED, VERIFIED): True,
        (RECEIVED, ANSWERED): answer == DENIED,
        (RECEIVED, WITHDRAWN): True,
        (VERIFIED, ANSWERED): answer in ANSWERS,
        (VERIFIED, WITHDRAWN): True,
        (ANSWERED, EXECUTED): grants,
        (ANSWERED, WITHDRAWN): grants,
        (ANSWERED, CLOSED): answer == DENIED,
        (EXECUTED, CLOSED): True,
    }.get((state, target), False)


@dataclass(frozen=True)
class RetentionReason:
    """Why blocked data must stay, until ``until`` (that day included); ``None`` while the end is not known."""

    reason: str
    until: date | None

    def holds_on(self, day):
        return self.until is None or day <= self.until


@dataclass(frozen=True)
class Clock:
    """The two deadlines of a request; civil dates of the branch that received it."""

    date_received: date
    date_answered: date | None = None
    is_answer_extended: bool = False
    is_execution_extended: bool = False

    @property
    def answer_due(self):
        """The last day to answer."""
        return add_business_days(self.date_received, ANSWER_DAYS * (1 + self.is_answer_extended))

    @property
    def execution_due(self):
        """The last day to execute, or ``None`` before the answer."""
        if self.date_answered is None:
            return None
        return add_business_days(self.date_answered, EXECUTION_DAYS * (1 + self.is_execution_extended))

    def due(self, state, answer=None):
        """Return the deadline that runs in ``state``, or ``None`` when nothing is pending."""
        if state in (RECEIVED, VERIFIED):
            return self.answer_due
        if state == ANSWERED and answer != DENIED:
            return self.execution_due
        return None
