"""The code on a ticket by which who holds it is known: numbers count up and prices are public, the code is neither."""

import hashlib
import hmac
import re

# Signs that nobody takes for another one on a thermal print: none of 0 O, 1 I L, 2 Z, 5 S, 8 B. No vowel, so no word
ALPHABET = "34679CDFGHJKMNPQRTVWXY"
LENGTH = 6  # 22^6, over a hundred million
_SEPARATORS = re.compile(r"[\s/\\_.-]+")


def code_of(secret, entry):
    """Return the code of ``entry``, such as ``K7W3DX``: the same each time, and not to be had without ``secret``.

    :param str secret: of the database
    :param int entry: what tells the sale from all others of the database
    """
    digest = hmac.new(secret.encode(), f"cfdi ticket {entry}".encode(), hashlib.sha256).digest()
    number = int.from_bytes(digest, "big")
    signs = []
    for _sign in range(LENGTH):
        number, rest = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[rest])
    return "".join(signs)


def read_code(text):
    """Return ``text`` as a code is compared: capital letters, without the spaces and hyphens that people add."""
    return "".join(sign for sign in (text or "").upper() if sign not in " -\t\u00a0")


def spellings_of(number):
    """Return the numbers that somebody may mean who types ``number``, that itself first: ``inv 2026-01035`` too."""
    text = (number or "").strip()
    joined = _SEPARATORS.sub("/", text.upper())
    return list(dict.fromkeys(filter(None, (text, text.upper(), joined, joined.replace("/", "-")))))


def is_same(code, text):
    """Tell whether ``text``, as somebody typed it, is ``code``, in a time that does not tell how much of it is."""
    return hmac.compare_digest(code.encode(), read_code(text).encode(errors="replace"))
