"""The signature of Mercado Pago's notifications.

Source: Mercado Pago Developers, "Webhooks", validation of the origin: header ``x-signature: ts=...,v1=...``; ``v1`` is
the HMAC-SHA256, in hexadecimal digits, of ``id:{data.id};request-id:{x-request-id};ts:{ts};`` with the secret of the
application. ``data.id`` comes from the query string, in lower case; parts that a notification lacks are left out.
``ts`` is when it was signed, in milliseconds since 1970; older examples have seconds.
"""

import hashlib
import hmac

OLDEST_S = 600  # between signing and arriving, and as much ahead for clocks that differ
MILLISECONDS = 10**11  # a bigger timestamp counts them: as seconds it would be in the year 5138


def sign(secret, data_id, request_id, timestamp):
    """Return the signature of a notification as hexadecimal digits; absent values are empty or ``None``."""
    parts = (("id", (data_id or "").lower()), ("request-id", request_id), ("ts", timestamp))
    manifest = "".join(f"{name}:{value};" for name, value in parts if value)
    return hmac.new(secret.encode(), manifest.encode(), hashlib.sha256).hexdigest()


def is_signed(secret, header, data_id, request_id, now_s):
    """Tell whether a notification carries the signature of ``secret``, made within ``OLDEST_S`` of now.

    :param str secret: of the application; without one nothing counts as signed
    :param str header: ``x-signature``, or ``None``
    :param str data_id: ``data.id`` of the query string, or ``None``
    :param str request_id: ``x-request-id``, or ``None``
    :param float now_s: seconds since 1970
    """
    pairs = (part.partition("=") for part in (header or "").split(","))
    values = {name.strip(): value.strip() for name, _separator, value in pairs}
    if not secret or not values.get("ts") or not values.get("v1"):
        return False
    expected = sign(secret, data_id, request_id, values["ts"])
    return hmac.compare_digest(expected.encode(), values["v1"].encode()) and _is_fresh(values["ts"], now_s)


def _is_fresh(timestamp, now_s):
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 15):
        return False
    signed = int(timestamp)
    return abs(now_s - (signed / 1000 if signed > MILLISECONDS else signed)) <= OLDEST_S
