"""What may become of a referral: one table, one gate.

A referral is claimed when a friend names who brought them, joined with their subscription, holding once they have paid,
and qualified when all that was asked is there. Rewards are given then, in the same transaction.
"""

CLAIMED, JOINED, HOLDING, REVIEW, REWARDED, LAPSED, REJECTED, INELIGIBLE, EXPIRED, REVERSED = STATES = (
    *("claimed", "joined", "holding", "review", "rewarded"),
    *("lapsed", "rejected", "ineligible", "expired", "reversed"),
)
JOIN, PAY, FLAG, CLEAR, REJECT, LEAVE, REFUSE, EXPIRE, GRANT, REVERSE, APPEAL = EVENTS = (
    *("join", "pay", "flag", "clear", "reject", "leave"),
    *("refuse", "expire", "grant", "reverse", "appeal"),
)
SKIPPED = "skipped"
BACK = "back"  # to the state before the review

# A friend has one live referral: who is in one of these states is brought by nobody else
LIVE = (CLAIMED, JOINED, HOLDING, REVIEW, REWARDED)
OVER = (LAPSED, REJECTED, INELIGIBLE, EXPIRED, REVERSED)

# Absent: refused. What happened already is skipped, so that a repeated notification changes nothing.
TABLE = {
    (CLAIMED, JOIN): JOINED,
    (CLAIMED, REFUSE): INELIGIBLE,
    (CLAIMED, EXPIRE): EXPIRED,
    (CLAIMED, LEAVE): LAPSED,
    (JOINED, JOIN): SKIPPED,
    (JOINED, PAY): HOLDING,
    (JOINED, FLAG): REVIEW,
    (JOINED, LEAVE): LAPSED,
    (JOINED, REFUSE): INELIGIBLE,
    (HOLDING, JOIN): SKIPPED,
    (HOLDING, PAY): SKIPPED,
    (HOLDING, FLAG): REVIEW,
    (HOLDING, LEAVE): LAPSED,
    (HOLDING, GRANT): REWARDED,
    (REVIEW, JOIN): SKIPPED,
    (REVIEW, PAY): SKIPPED,
    (REVIEW, FLAG): SKIPPED,
    (REVIEW, CLEAR): BACK,
    (REVIEW, REJECT): REJECTED,
    (REVIEW, LEAVE): LAPSED,
    (REWARDED, JOIN): SKIPPED,
    (REWARDED, PAY): SKIPPED,
    (REWARDED, GRANT): SKIPPED,
    (REWARDED, CLEAR): SKIPPED,
    (REWARDED, LEAVE): SKIPPED,
    (REWARDED, REVERSE): REVERSED,
    (LAPSED, LEAVE): SKIPPED,
    (LAPSED, APPEAL): REVIEW,
    (REJECTED, REJECT): SKIPPED,
    (REJECTED, APPEAL): REVIEW,
    (INELIGIBLE, REFUSE): SKIPPED,
    (INELIGIBLE, APPEAL): REVIEW,
    (EXPIRED, EXPIRE): SKIPPED,
    (REVERSED, REVERSE): SKIPPED,
}


def transition(state, event, before=None):
    """Return the state that ``event`` leads to, :data:`SKIPPED`, or ``None`` when it is refused.

    :param str before: the state from which a review began; joined by default
    """
    if state not in STATES or event not in EVENTS:
        raise ValueError(f"no such state or event: {state}, {event}")
    outcome = TABLE.get((state, event))
    if outcome == BACK:
        return before if before in (JOINED, HOLDING) else JOINED
    return outcome
