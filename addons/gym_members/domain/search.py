"""How a person is found: one normalised key per member, and a query cut into pieces that must all be in it."""

import re
import unicodedata

_SEPARATORS = re.compile(r"[^0-9a-z]+")
_PHONE_LIKE = re.compile(r"[\d\s()+.\-]+")


def normalise(text):
    """Return ``text`` in lower case without accents, every run of other signs than letters and digits as one space."""
    plain = unicodedata.normalize("NFKD", text or "")
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign)).lower()
    return _SEPARATORS.sub(" ", plain).strip()


def search_key(name, *others, phone=None):
    """Return what a member is looked up by: the normalised name first (lists are sorted by it), then the rest.

    :param str name: full name
    :param others: e-mail, member number, RFC, CURP... ; empty ones are left out
    :param str phone: in any spelling; kept as one run of digits
    :return: words separated by one space, with a leading space, so that ``" jo"`` finds words that begin with "jo"
    """
    parts = [normalise(name), *(normalise(other) for other in others), _digits(phone)]
    return "".join(f" {part}" for part in parts if part)


def query_tokens(text):
    """Return the substrings that a search key must contain for a person to match what was typed.

    Pieces of one or two letters match only the beginning of a word: that keeps them selective and lets the trigram
    index serve them. What looks like a phone number is one piece, however it was spaced.
    """
    if _PHONE_LIKE.fullmatch(text or "") and len(_digits(text)) > 2:
        return [_digits(text)]
    return [word if len(word) > 2 else f" {word}" for word in normalise(text).split()]


def _digits(text):
    return re.sub(r"\D", "", text or "")
