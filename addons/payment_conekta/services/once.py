"""Makes an order exactly once, whatever breaks on the way."""

from ..domain.following import CLOCKS_DIFFER_S, PATIENCE_S, decides, paid_twice


def create_once(client, order, key, sent_at, now, order_id=None):
    """Return the order of a payment: the one that the network has already, else a new one.

    :param client: :class:`~.client.ConektaClient`
    :param dict order: of :mod:`..domain.order_writing`
    :param str key: of the payment, the same however often it is tried
    :param sent_at: seconds since 1970 of when it may have been sent before; ``None`` when it surely was not
    :param int now: seconds since 1970
    :raise ConektaError: ``TryAgain`` while it is not known what an earlier request did: nothing was sent now
    """
    if sent_at is not None:
        found, _repeated = ask(client, key, sent_at, now, order_id)
        if found:
            return found
    return client.create_order(order, key)


def ask(client, key, sent_at, now, order_id=None):
    """Return what the network has of a payment, by reading alone.

    :param str order_id: of its order, when it is known
    :return: the order that decides, ``None`` when there is none, and all that took money when there are several
    """
    if order_id:
        order = client.get_order(order_id)
        if order:
            return order, []
    until = max(now, sent_at + PATIENCE_S) + CLOCKS_DIFFER_S
    orders = client.find_orders(key, sent_at - CLOCKS_DIFFER_S, until)
    return decides(orders), paid_twice(orders)
