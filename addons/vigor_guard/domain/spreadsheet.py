"""What a spreadsheet would take for more than text."""

# As OWASP lists them for CSV injection; the last two end the cell before
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
WIDE = {"＝": "=", "＋": "+", "－": "-", "＠": "@"}  # full-width signs count as the narrow ones in some programs


def is_formula(text):
    """Tell whether a spreadsheet may take ``text`` for a formula: by how it begins, spaces apart."""
    if not isinstance(text, str) or not text:
        return False
    if text.startswith(STARTS):
        return True
    first = text.lstrip()[:1]
    return WIDE.get(first, first) in STARTS


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
