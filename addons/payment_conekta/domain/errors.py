"""The three ways in which a request may fail, which decide what may follow without charging twice.

===========  =====================================================  ===================================
error        what is known                                          what may follow
===========  =====================================================  ===================================
`TryAgain`   surely nothing was done                                the same request, later
`Never`      surely nothing was taken, and will not be as it is     another card, another method, a fix
`InDoubt`    it may have arrived, nobody knows what it did          asking, with the same key; no other
===========  =====================================================  ===================================
"""

_CONFLICT, _TOO_MANY, _TIMEOUT, _SERVER_ERROR = 409, 429, 408, 500

# The last word of one of their codes (``conekta.errors.processing.bank.insufficient_funds``), or a ``failure_code``,
# -> the reason as we tell it. What is not among them is told in the network's own words.
_REASONS = {
    "insufficient_funds": "funds",
    "expired_card": "expired",
    "card_expired": "expired",
    "stolen_card": "lost",
    "lost_card": "lost",
    "pickup_card": "lost",
    "suspected_fraud": "fraud",
    "fraudulent": "fraud",
    "card_declined": "bank",
    "declined": "bank",
    "do_not_honor": "bank",
    "exceeds_limit": "limit",
    "limit_exceeded": "limit",
    "amount_limit": "limit",
    "invalid_cvc": "data",
    "invalid_number": "data",
    "invalid_expiry_date": "data",
    "card_not_supported": "unsupported",
    "3ds_failed": "three_ds",
    "authentication_failed": "three_ds",
    "used": "gone",
    "missing_key": "key",
    "invalid_key": "key",
}


class ConektaError(Exception):
    """A network did not do what was asked.

    :param str message: in the network's own words, without credentials
    :param tuple codes: its own codes, or ours for the transport (``"timeout"``)
    :param str log_id: under which the network finds the request when it is asked about it
    :param str order_id: of the order that a refused charge leaves behind, when told
    """

    def __init__(self, message, codes=(), log_id="", order_id=""):
        super().__init__(message)
        self.message, self.codes, self.log_id, self.order_id = message, tuple(codes), log_id, order_id

    @property
    def reason(self):
        """Why, one of our own words (see ``_REASONS``); empty when only the network knows."""
        return next(filter(None, map(reason_of, self.codes)), "")


class TryAgain(ConektaError):
    """Surely nothing was done: nobody listened, or the network asked for patience."""


class Never(ConektaError):
    """Refused: the same request gets the same answer."""


class InDoubt(ConektaError):
    """It may have been carried out although no readable answer came."""


def reason_of(code):
    """Return our word for one of their codes; empty for those that we do not know."""
    return _REASONS.get(str(code or "").rpartition(".")[2].lower(), "")


def error_of_answer(is_reading, status, body):
    """Return the error that an answer stands for.

    :param bool is_reading: the request could change nothing, so nothing is ever in doubt
    :param int status: of HTTP; a success here means that its body could not be read
    :param body: what the JSON said, or ``None`` when it was none
    :return: a :class:`ConektaError`, to be raised
    """
    is_refusal = 400 <= status < _SERVER_ERROR and isinstance(body, dict)
    if is_refusal and status == _TOO_MANY:
        return _make(TryAgain, status, body)
    if is_refusal and status not in (_CONFLICT, _TIMEOUT):
        return _make(Never, status, body)
    return _make(TryAgain if is_reading else InDoubt, status, body)


def _make(kind, status, body):
    body = body if isinstance(body, dict) else {}
    details = [one for one in _list(body.get("details")) if isinstance(one, dict)]
    messages = [str(one.get("message") or one.get("debug_message") or "") for one in details]
    codes = [str(one["code"]) for one in details if one.get("code")] or [f"http_{status}"]
    data = body.get("data")
    return kind(
        " ".join(filter(None, messages)) or f"HTTP {status}",
        codes,
        str(body.get("log_id") or ""),
        str(data.get("id") or "") if isinstance(data, dict) and data.get("object") == "order" else "",
    )


def _list(value):
    return value if isinstance(value, list) else []
