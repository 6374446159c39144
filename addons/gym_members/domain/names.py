"""Names that strangers type: harmless when somebody opens them in a spreadsheet.

A cell that begins with ``= + - @`` (or a tab or a line end before them) is a formula for Excel, LibreOffice and Google
Sheets, also when it comes out of a CSV between quotes (OWASP, "CSV Injection"). No person's name begins like that.
"""

import unicodedata

# The full-width forms of Asian keyboards are formulas too.
_FORMULA_SIGNS = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")
# Controls, invisible format signs, blanks: spreadsheets skip them, or read them as a beginning.
_UNSEEN = frozenset(("Cc", "Cf", "Zs", "Zl", "Zp"))


def begins_formula(text):
    """Tell whether a spreadsheet could take ``text`` for a formula, also behind blanks and invisible signs."""
    visible = next((sign for sign in text or "" if unicodedata.category(sign) not in _UNSEEN), "")
    return visible in _FORMULA_SIGNS


def harmless(text):
    """Return ``text`` without what makes it a formula: the signs, blanks and invisible signs that it begins with.

    Text that is no formula comes back as it was; one of such signs only becomes empty.
    """
    if not begins_formula(text):
        return text or ""
    for place, sign in enumerate(text):
        if sign not in _FORMULA_SIGNS and unicodedata.category(sign) not in _UNSEEN:
            return text[place:]
    return ""
