"""What a spreadsheet would take for more than text."""

import unicodedata

# As OWASP lists them for CSV injection; the last three end the cell before
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
SIGNS = frozenset("=+-@＝＋－＠")  # full-width signs count as the narrow ones in some programs
UNSEEN = frozenset(
    ("Cc", "Cf", "Zs", "Zl", "Zp")
)  # controls, invisible signs and blanks: skipped, or read as a beginning


def is_formula(text):
    """Tell whether a spreadsheet may take ``text`` for a formula: by its first sign that is seen."""
    if not isinstance(text, str):
        return False
    first = next((sign for sign in text if unicodedata.category(sign) not in UNSEEN), "")
    return text.startswith(STARTS) or first in SIGNS


def as_csv_text(text):
    """Return ``text`` with the apostrophe by which spreadsheets know that a cell of a CSV file is text.

    Numbers, also negative ones and those with a sign, stay numbers.
    """
    if not is_formula(text) or _is_number(text):
        return text
    return "'" + text


def _is_number(text):
    digits = text.strip()
    return digits[:1] in "+-" and digits[1:].replace(".", "", 1).replace(",", "").isdecimal()
