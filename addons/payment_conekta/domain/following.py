"""Which of the refunds that a network lists are ours, and which order of several decides."""

from .statuses import CANCELED, DECLINED, DISPUTED, EXPIRED, OPEN, PAID, PENDING, UNKNOWN

_BEST_NEWS_FIRST = (PAID, DISPUTED, PENDING, UNKNOWN, OPEN, DECLINED, EXPIRED, CANCELED)
# How long a network may take to list an order before it counts as never received
PATIENCE_S = 2 * 3600
# Orders are looked for among those made so long before and after we sent ours; clocks differ
CLOCKS_DIFFER_S = 3600


def decides(orders):
    """Return the one of several orders of one payment that says what became of it; ``None`` of none."""
    return min(orders, key=lambda order: (_BEST_NEWS_FIRST.index(order.outcome), order.created_at), default=None)


def paid_twice(orders):
    """Return all orders of one payment that took money, when they are more than one."""
    paid = [order for order in orders if order.is_paid]
    return paid if len(paid) > 1 else []


def is_never_received(age_s):
    """Tell whether what no network knows after so many seconds was never received."""
    return age_s > PATIENCE_S


def match_refunds(listed, known, unanswered):
    """Pair the refunds that a network lists with ours.

    :param listed: its :class:`~.order_reading.Refund`, all of one order
    :param dict known: id at the network -> our refund
    :param list unanswered: pairs (our refund, cents) without an id, oldest first
    :return: pairs (refund of the network, ours); ours is ``None`` for one that was made at the network
    """
    waiting, pairs = list(unanswered), []
    for refund in listed:
        ours = known.get(refund.id)
        if ours is None:
            found = next((pair for pair in waiting if pair[1] == refund.cents), None)
            if found:
                waiting.remove(found)
                ours = found[0]
        pairs.append((refund, ours))
    return pairs
