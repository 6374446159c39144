"""The code in the address of a receipt: whoever was sent it opens that receipt, and nobody guesses another one."""

import hashlib
import hmac
from urllib.parse import quote

SIGNS = 32  # hexadecimal: 128 bits


def code_of(secret, payment):
    """Return the code of the receipt of ``payment``, the same each time.

    :param str secret: of the database
    :param int payment: id of the payment
    """
    return hmac.new(secret.encode(), f"gym receipt {payment}".encode(), hashlib.sha256).hexdigest()[:SIGNS]


def is_code(secret, payment, text):
    """Tell whether ``text`` is the code of ``payment``, in a time that does not tell how much of it is."""
    return hmac.compare_digest(code_of(secret, payment).encode(), (text or "").encode(errors="replace"))


def whatsapp_link(phone, text):
    """Return the address that opens WhatsApp with ``text`` for ``phone``; ``None`` without a phone.

    :param str phone: as in E.164, such as ``+525512345678``
    """
    digits = "".join(sign for sign in phone or "" if sign.isdigit())
    return f"https://wa.me/{digits}?text={quote(text)}" if digits else None
