"""One account at one network: each call does one thing, and fails in one of three ways (:mod:`..domain.errors`)."""

from urllib.parse import parse_qs, quote, urlsplit

import requests
from urllib3.exceptions import NewConnectionError

from ..domain.errors import ConektaError, InDoubt, Never, TryAgain, error_of_answer
from ..domain.order_reading import Malformed, read_order

TIMEOUT_S = 25  # to connect, and to answer; a bank may take its time
PAGE = 250  # the most that one page of a list holds
MOST_PAGES = 40

_NEVER_LEFT = (
    requests.exceptions.ConnectTimeout,
    requests.exceptions.InvalidHeader,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidURL,
    requests.exceptions.MissingSchema,
)


class ConektaClient:
    """Speaks for one private key.

    It never sends anything twice by itself and keeps nothing between calls.

    :param network: :class:`~..domain.networks.Network`
    :param str key: the private key of the account, of test or of live mode
    :param str host: where to send to instead of the network's own host
    :param session: what sends, with the ``request`` of ``requests``
    """

    def __init__(self, network, key, host=None, session=None, timeout_s=TIMEOUT_S):
        self._network, self._key = network, key
        self._host, self._session, self._timeout_s = host or network.host, session or requests, timeout_s

    # === ORDERS === #

    def create_order(self, order, key):
        """Make an order and return it as :class:`~..domain.order_reading.Order`.

        :param dict order: of :mod:`..domain.order_writing`
        :param str key: repeated with the same key, the network answers with the first order
        """
        return self._read_order("POST", "/orders", json=order, key=key)

    def get_order(self, order_id):
        """Return an order as it is now; ``None`` when the network does not know it."""
        try:
            return self._read_order("GET", f"/orders/{quote(order_id, safe='')}")
        except Never as error:
            if "http_404" in error.codes or any("not_found" in code for code in error.codes):
                return None
            raise

    def find_orders(self, key, since, until):
        """Return the orders that carry our ``key``, among those made between two instants (seconds since 1970)."""
        return [order for order in self.list_orders(since, until) if order.key == key]

    def list_orders(self, since, until):
        """Yield all orders made between two instants (seconds since 1970), the newest first."""
        params = {"created_at.gte": since, "created_at.lte": until, "limit": PAGE}
        return self._list_orders(params)

    def refund_order(self, order_id, cents, key):
        """Give back part or all of a paid order, and return the order."""
        body = {"amount": cents, "reason": "requested_by_client"}
        return self._read_order("POST", f"/orders/{quote(order_id, safe='')}/refunds", json=body, key=key)

    # === CUSTOMERS === #

    def create_customer(self, customer, key):
        """Return the id of a new customer, under whom cards are kept."""
        return self._text(self._send("POST", "/customers", json=customer, key=key), "id", is_reading=False)

    def create_source(self, customer_id, source_type, key):
        """Make a permanent reference for a customer and return it as the network tells it.

        :param str source_type: ``cash_recurrent`` or ``spei_recurrent``
        """
        path = f"/customers/{quote(customer_id, safe='')}/payment_sources"
        return self._send("POST", path, json={"type": source_type}, key=key)

    def list_cards(self, customer_id):
        """Return the cards that are kept for a customer, as the network tells them, the newest first."""
        listed = self._send("GET", f"/customers/{quote(customer_id, safe='')}/payment_sources")
        cards = [one for one in _data(listed) if isinstance(one, dict) and one.get("type") == "card"]
        return sorted(cards, key=lambda card: card.get("created_at") or 0, reverse=True)

    # === THE ACCOUNT === #

    def check(self):
        """Ask for one order, to learn whether the key opens the account; nothing is changed."""
        self._send("GET", "/orders", params={"limit": 1})

    def create_webhook_key(self):
        """Make a pair of keys at the network and return the public one; it is told only this once."""
        answer = self._send("POST", "/webhook_keys", json={"active": True})
        return self._text(answer, "public_key", is_reading=False)

    def list_webhooks(self):
        """Return the addresses that are notified."""
        return [one.get("url") for one in _data(self._send("GET", "/webhooks")) if isinstance(one, dict)]

    def create_webhook(self, url, events):
        self._send("POST", "/webhooks", json={"url": url, "subscribed_events": list(events)})

    # === SENDING === #

    def _list_orders(self, params):
        params = dict(params)
        for _page in range(MOST_PAGES):
            page = self._send("GET", "/orders", params=params)
            orders = [self._make_order(one, is_reading=True) for one in _data(page)]
            yield from orders
            if not page.get("has_more") or not orders:
                return
            params["next"] = _next_of(page) or orders[-1].id
        raise TryAgain("There are too many orders in so short a time to look through them.", ["too_many_orders"])

    def _read_order(self, method, path, **request):
        return self._make_order(self._send(method, path, **request), is_reading=method == "GET")

    @staticmethod
    def _make_order(data, is_reading):
        try:
            return read_order(data)
        except Malformed as error:
            kind = TryAgain if is_reading else InDoubt
            raise kind(f"The answer is no order: {error}", ["malformed"]) from None

    @staticmethod
    def _text(answer, name, is_reading):
        value = answer.get(name)
        if isinstance(value, str) and value:
            return value
        raise (TryAgain if is_reading else InDoubt)(f"The answer has no {name}.", ["malformed"])

    def _send(self, method, path, json=None, params=None, key=None):
        """Return the JSON object of a success.

        :raise ConektaError: one of the three
        """
        headers = {
            "Authorization": f"Bearer {self._key}",
            "Accept": self._network.media_type,
            "Accept-Language": "es",
        }
        if key:
            headers["Idempotency-Key"] = key
        is_reading = method == "GET"
        try:
            response = self._session.request(
                method,
                f"{self._host}{path}",
                json=json,
                params=params,
                headers=headers,
                timeout=self._timeout_s,
                allow_redirects=False,
            )
        except requests.exceptions.RequestException as error:
            # not chained: the original carries the request, and with it the key
            raise _error_of_transport(error, is_reading) from None
        body = _json_of(response)
        if 200 <= response.status_code < 300 and isinstance(body, dict):
            return body
        raise error_of_answer(is_reading, response.status_code, body)


def _error_of_transport(error, is_reading):
    """Return our error for one of the connection: surely nothing was done only when it never left."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    has_left = not isinstance(error, _NEVER_LEFT) and not isinstance(reason, NewConnectionError)
    code = "timeout" if isinstance(error, requests.exceptions.Timeout) else "connection"
    kind = InDoubt if has_left and not is_reading else TryAgain
    return kind("The network did not answer.", [code])


def _json_of(response):
    try:
        return response.json()
    except ValueError:
        return None


def _data(page):
    """Return the list of one of their pages.

    :raise TryAgain: when it has none; taken for an empty one, what was sent before would be sent again
    """
    found = page.get("data")
    if not isinstance(found, list):
        raise TryAgain("The answer is no list.", ["malformed"])
    return found


def _next_of(page):
    """Return where the next page begins; only the name is taken from the address that they give, never its host."""
    url = page.get("next_page_url")
    return parse_qs(urlsplit(url).query).get("next", [None])[0] if isinstance(url, str) else None


__all__ = ["ConektaClient", "ConektaError", "InDoubt", "Never", "TryAgain"]
