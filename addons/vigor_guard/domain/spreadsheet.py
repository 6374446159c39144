"""What a spreadsheet would take for more than text."""

import re
import unicodedata

# As OWASP lists them for CSV injection; the last three end the cell before
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
SIGNS = frozenset("=+-@＝＋－＠")  # full-width signs count as the narrow ones in some programs
# Controls, invisible signs and blanks: spreadsheets skip them, or read them as a beginning
UNSEEN = frozenset(("Cc", "Cf", "Zs", "Zl", "Zp"))
NUMBER = re.compile(r"[+-][0-9][0-9 .,]*")


def is_formula(text):
    """Tell whether a spreadsheet may take ``text`` for a formula: by its first sign that is seen."""
    if not isinstance(text, str):
        return False
    first = next((sign for sign in text if unicodedata.category(sign) not in UNSEEN), "")
    return text.startswith(STARTS) or first in SIGNS


def as_csv_text(text):
    """Return ``text`` with the apostrophe by which spreadsheets know that a cell of a CSV file is text.

    Numbers with a sign stay numbers, and so do phone numbers.
    """
    return text if not is_formula(text) or NUMBER.fullmatch(text) else f"'{text}"
