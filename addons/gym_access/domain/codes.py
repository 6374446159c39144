"""Codes of cards and passes: random numbers that open a door; digits only, so that any reader types them alike."""

import hashlib
import re
import secrets

CARD, PASS = PREFIXES = ("91", "92")
RANDOM_DIGITS = 16
_CODE = re.compile(rf"(?:{'|'.join(PREFIXES)})[0-9]{{{RANDOM_DIGITS}}}")


def new_code(prefix):
    """Return a code that nobody can guess: ``prefix`` and 16 random digits."""
    return prefix + f"{secrets.randbelow(10**RANDOM_DIGITS):0{RANDOM_DIGITS}d}"


def read_code(text):
    """Return the code in what a reader or a person typed, without spaces and dashes; ``None`` when it is none."""
    digits = re.sub(r"[\s-]", "", text or "")
    return digits if _CODE.fullmatch(digits) else None


def fingerprint(code):
    """Return what is kept of a code, from which nobody gets it back: SHA-256 as 64 hexadecimal digits."""
    return hashlib.sha256(code.encode()).hexdigest()


def show_code(code):
    """Return a code in groups of four, for people to read."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))
