"""Finds the references of invoices in what a bank writes about a transfer.

Banks cut, join and rewrap what the payer typed: ``INV/2026/00012`` comes back as ``SPEI RECIBIDO INV 2026 00012 ANA``
or ``inv202600012``. Only letters and digits are therefore compared, without case or accents.
"""

import unicodedata

# Shorter references would be found by chance in the numbers that banks add
MIN_LENGTH = 6


def normalise(reference):
    """Return the letters and digits of ``reference``, in capitals and without accents."""
    return "".join(character for character, _begins in _characters(reference))


def find_references(text, references):
    """Return those of ``references`` that ``text`` holds, in the order of the text.

    A reference is not found in the midst of a longer number or word; where several would fit, the longest one wins.
    Those shorter than :data:`MIN_LENGTH` or without a digit are never found.

    :param str text: all that the bank tells of one line
    :param references: iterable of str, as the invoices have them
    :rtype: list[str]
    """
    wanted = {}
    for reference in references:
        key = normalise(reference)
        if len(key) >= MIN_LENGTH and any(character.isdigit() for character in key):
            wanted.setdefault(key, reference)
    lengths = sorted({len(key) for key in wanted}, reverse=True)
    characters = list(_characters(text))
    plain = "".join(character for character, _begins in characters)
    found, start = [], 0
    while start < len(plain):
        key = next((plain[start : start + n] for n in lengths if _fits(plain, characters, start, n, wanted)), "")
        if key and wanted[key] not in found:
            found.append(wanted[key])
        start += len(key) or 1
    return found


def _characters(text):
    """Yield each letter and digit of ``text`` with whether something else, or nothing, stands before it."""
    begins = True
    for character in unicodedata.normalize("NFKD", text or ""):
        if unicodedata.combining(character):
            continue
        if character.isalnum():
            for capital in character.upper():
                yield capital, begins
                begins = False
        else:
            begins = True


def _fits(plain, characters, start, length, wanted):
    end = start + length
    return end <= len(plain) and plain[start:end] in wanted and _parts(characters, start) and _parts(characters, end)


def _parts(characters, position):
    """Tell whether a word or a number ends before ``position``: there was a gap, or letters meet digits."""
    if position == 0 or position == len(characters):
        return True
    character, begins = characters[position]
    return begins or character.isdigit() != characters[position - 1][0].isdigit()
