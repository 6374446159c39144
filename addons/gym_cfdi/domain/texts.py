"""Texts of a CFDI made from what people type: Anexo 20 admits no pipe, no line breaks and only so many characters."""

import re

MOST_OF_DESCRIPTION, MOST_OF_IDENTIFICATION, MOST_OF_SERIES, MOST_OF_FOLIO = 1000, 100, 25, 40
_NUMBER = re.compile(r"(.*?)([0-9]+)")
_SEPARATORS = " /-_.#"


def plain(text, most):
    """Return ``text`` in one line of at most ``most`` characters, with single spaces and without pipes or controls."""
    visible = "".join(char if char.isprintable() else " " for char in (text or "").replace("|", "/"))
    return " ".join(visible.split())[:most].rstrip()


def series_and_folio(name):
    """Split the number of an invoice into Serie and Folio, ``None`` for what it has not.

    >>> series_and_folio("INV/2026/00012")
    ('INV/2026', '00012')
    >>> series_and_folio("Borrador")
    (None, 'Borrador')
    """
    text = plain(name, MOST_OF_SERIES + MOST_OF_FOLIO)
    match = _NUMBER.fullmatch(text)
    if not match:
        return None, text[:MOST_OF_FOLIO] or None
    series = match[1].strip(_SEPARATORS)[:MOST_OF_SERIES].rstrip()
    return series or None, match[2][-MOST_OF_FOLIO:]
