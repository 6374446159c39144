"""RFC: shape, check digit, kind of person and the two generic codes.

The check digit only ever warns: a few RFCs that the SAT itself issued do not satisfy it.
"""

import re
from enum import Enum
from functools import lru_cache

GENERIC_NATIONAL = "XAXX010101000"
GENERIC_FOREIGN = "XEXX010101000"
GENERIC = frozenset({GENERIC_NATIONAL, GENERIC_FOREIGN})

# t_RFC of the SAT's tdCFDI.xsd
PATTERN = re.compile(r"(?P<initials>[A-Z&Ñ]{3,4})[0-9]{2}(?:0[1-9]|1[012])(?:0[1-9]|[12][0-9]|3[01])[A-Z0-9]{2}[0-9A]")
_DIGIT_ALPHABET = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ"
_DIGIT_VALUES = {letter: value for value, letter in enumerate(_DIGIT_ALPHABET)}
_SEPARATORS = re.compile(r"[\s./_-]+")


class PersonType(Enum):
    """Kind of taxpayer as the SAT's catalogues distinguish it."""

    NATURAL = "fisica"
    LEGAL = "moral"


_BY_LENGTH = {13: PersonType.NATURAL, 12: PersonType.LEGAL}


def normalize(text):
    """Return what somebody typed as an RFC in upper case, without spaces, dots, dashes or slashes."""
    return _SEPARATORS.sub("", text or "").upper()


def is_well_formed(rfc):
    """Tell whether ``rfc`` has the shape that the schema asks of every RFC (generic ones included)."""
    return PATTERN.fullmatch(rfc or "") is not None


def is_generic(rfc):
    """Tell whether ``rfc`` stands for the general public or for a foreigner without RFC."""
    return rfc in GENERIC


def check_digit(rfc):
    """Return the check digit (``0``-``9`` or ``A``) that belongs to the first 11 or 12 characters of ``rfc``.

    :raise ValueError: when ``rfc`` does not have the shape of an RFC
    """
    if not is_well_formed(rfc):
        raise ValueError(f"not the shape of an RFC: {rfc!r}")
    body = rfc[:-1].rjust(12)
    total = sum(_DIGIT_VALUES[letter] * weight for letter, weight in zip(body, range(13, 1, -1), strict=True))
    remainder = total % 11
    if remainder == 0:
        return "0"
    return "A" if remainder == 1 else str(11 - remainder)


@lru_cache(maxsize=4096)
def has_valid_check_digit(rfc):
    """Tell whether the last character of ``rfc`` is its check digit; a generic RFC always passes."""
    return rfc in GENERIC or (is_well_formed(rfc) and rfc[-1] == check_digit(rfc))


def person_type(rfc):
    """Return the kind of person by the length: 13 characters natural, 12 legal; ``None`` for any other length.

    The two generic codes have 13 characters and count as natural, which is how the SAT's matrix reads them.
    """
    return _BY_LENGTH.get(len(rfc or ""))
