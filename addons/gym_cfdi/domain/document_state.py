"""The life of a document, from the intention to issue it to what the SAT last said of it.

A document moves by events; :func:`next_state` is the only thing that says where to. What the states mean:

================= =====================================================================================================
to_seal           recorded, nothing signed: nobody outside knows of it
sealed            signed and kept; surely not stamped
sent              handed to one PAC, or about to be: it may be stamped, and only that PAC can tell
stamped           a CFDI with its UUID
rejected          rules or the PAC refuse it; surely not stamped; a person corrects it and retries
cancel_requested  the SAT was asked to cancel it, which is not cancelled yet
cancelled         the SAT says cancelled; or, without UUID, withdrawn before it was ever sent
cancel_refused    the SAT or the receptor refused the cancellation: the CFDI stands
================= =====================================================================================================
"""

TO_SEAL, SEALED, SENT, STAMPED, REJECTED = "to_seal", "sealed", "sent", "stamped", "rejected"
CANCEL_REQUESTED, CANCELLED, CANCEL_REFUSED = "cancel_requested", "cancelled", "cancel_refused"

STATES = (TO_SEAL, SEALED, SENT, STAMPED, REJECTED, CANCEL_REQUESTED, CANCELLED, CANCEL_REFUSED)
# Nothing has left the building, or a PAC has said that it refuses it
NOT_STAMPED = frozenset({TO_SEAL, SEALED, REJECTED})
# The outbox works on these
PENDING = frozenset({TO_SEAL, SEALED, SENT})
# A CFDI in force
LIVE = frozenset({STAMPED, CANCEL_REQUESTED, CANCEL_REFUSED})

# {event: ({states it may come from}, state it leads to)}
EVENTS = {
    # the outbox
    "seal": (frozenset({TO_SEAL}), SEALED),
    "send": (frozenset({SEALED}), SENT),
    "not_stamped": (frozenset({SENT}), SEALED),
    "stamp": (frozenset({SENT}), STAMPED),
    "reject": (frozenset({TO_SEAL, SENT}), REJECTED),
    "redate": (frozenset({SEALED}), TO_SEAL),
    # people
    "retry": (frozenset({REJECTED}), TO_SEAL),
    "withdraw": (NOT_STAMPED, CANCELLED),
    "release": (frozenset({SENT}), TO_SEAL),  # its PAC is gone for good, and nobody can stamp that seal any more
    # the SAT's answers about a cancellation, which may also be asked for in its portal, without us
    "request_cancel": (frozenset({STAMPED, CANCEL_REFUSED}), CANCEL_REQUESTED),
    "cancel": (LIVE, CANCELLED),
    "cancel_failed": (frozenset({CANCEL_REQUESTED}), STAMPED),
    "refuse_cancel": (frozenset({CANCEL_REQUESTED}), CANCEL_REFUSED),
}


class ForbiddenEvent(ValueError):
    """An event that cannot happen to a document in its state."""

    def __init__(self, state, event):
        super().__init__(f"a document that is {state} cannot have the event {event}")
        self.state = state
        self.event = event


def next_state(state, event):
    """Return the state to which ``event`` leads, or ``None`` when the document is already there.

    A repeated event (a job that runs twice, two answers of the SAT) changes nothing.

    :raise ForbiddenEvent: when the event cannot happen in that state
    :raise KeyError: when there is no such event
    """
    origins, target = EVENTS[event]
    if state in origins:
        return target
    if state == target:
        return None
    raise ForbiddenEvent(state, event)
