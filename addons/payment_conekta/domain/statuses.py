"""What the status of an order means for the money, and what may follow what."""

# Outcomes of an order
OPEN, PENDING, PAID, DECLINED = "open", "pending", "paid", "declined"
EXPIRED, CANCELED, DISPUTED, UNKNOWN = "expired", "canceled", "disputed", "unknown"

# ``payment_status`` of an order -> outcome. An order without one waits for its payer on the network's page.
ORDER_STATUSES = {
    None: OPEN,
    "": OPEN,
    "pending_payment": PENDING,
    "pending_confirmation": PENDING,
    "partially_paid": PENDING,
    "under_fraud_review": PENDING,
    "pre_authorized": PENDING,  # held on the card, not taken
    "paid": PAID,
    "partially_refunded": PAID,
    "refunded": PAID,
    "declined": DECLINED,
    "fraudulent": DECLINED,
    "expired": EXPIRED,
    "canceled": CANCELED,
    "voided": CANCELED,  # what was held is let go
    "reversed": CANCELED,
    "charged_back": DISPUTED,
}
# ``checkout.status`` of an order that nobody has paid yet, in lower case
_ENDED_PAGES = {"expired": EXPIRED, "cancelled": CANCELED, "canceled": CANCELED}

# ``status`` of one refund -> where it stands. One that is listed without a status was given back.
REFUND_STATUSES = {
    None: "done",
    "": "done",
    "paid": "done",
    "refunded": "done",
    "succeeded": "done",
    "completed": "done",
    "pending": "pending",
    "processing": "pending",
    "expired": "error",
    "canceled": "error",
    "declined": "error",
    "failed": "error",
}

# ``status`` of a chargeback -> where the dispute stands
CHARGEBACK_STATUSES = {
    "action_required": "open",
    "rt": "open",
    "rt_sent": "contested",
    "pending_review": "contested",
    "under_review": "contested",
    "represented": "contested",
    "won": "won",
    "covered": "won",
    "lost": "lost",
}

# Outcome -> state of our payment, and from which states it may come. Money counts whenever it comes: after its voucher
# expired, after a card was declined and another one was taken. Nothing takes money back from a payment that has it.
_TARGETS = {
    PENDING: ("pending", {"draft"}),
    PAID: ("done", {"draft", "pending", "authorized", "error", "cancel"}),
    DISPUTED: ("done", {"draft", "pending", "authorized", "error", "cancel"}),
    DECLINED: ("error", {"draft", "pending"}),
    EXPIRED: ("cancel", {"draft", "pending"}),
    CANCELED: ("cancel", {"draft", "pending"}),
    UNKNOWN: ("pending", {"draft"}),
}


def outcome_of(payment_status, page_status=None):
    """Return the outcome of an order; one that we have never heard of is ``UNKNOWN`` and never taken for paid.

    :param payment_status: as the order says
    :param page_status: ``checkout.status`` of an order with a page of its own
    """
    outcome = ORDER_STATUSES.get(payment_status, UNKNOWN) if _is_text(payment_status) else UNKNOWN
    if outcome == OPEN and isinstance(page_status, str):
        return _ENDED_PAGES.get(page_status.lower(), OPEN)
    return outcome


def state_of_refund(status):
    """Return ``done``, ``pending`` or ``error``; a status that we have never heard of is pending."""
    return REFUND_STATUSES.get(status, "pending") if _is_text(status) else "pending"


def state_of_chargeback(status):
    """Return where a dispute stands; money that was taken back for an unknown status is open."""
    return CHARGEBACK_STATUSES.get(status, "open") if _is_text(status) else "open"


def next_state(state, outcome):
    """Return the state that our payment goes to; ``None`` to leave it as it is."""
    target, origins = _TARGETS.get(outcome, (None, ()))
    return target if state in origins else None


def contradicts(state, outcome):
    """Tell whether the network takes back, without a refund or a dispute, what was paid."""
    return state == "done" and outcome in (DECLINED, EXPIRED, CANCELED)


def _is_text(status):
    return status is None or isinstance(status, str)
