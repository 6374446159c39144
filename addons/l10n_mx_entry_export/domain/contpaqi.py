"""Entries as the text file that CONTPAQi Contabilidad imports (Cargado de pólizas).

Fixed columns, one blank between them, code page 1252, lines ended by CR LF. A line ``P`` begins an entry (148
characters), lines ``M`` are its movements (206). Source: files and programs that are in use; the vendor's own table was
not available, so this layout is **not verified** with the program.
"""

from .entry import DIARY, EXPENSE, INCOME, check, plain

ACCOUNT_WIDTH = 30
ENCODING = "cp1252"
_KINDS = {INCOME: 1, EXPENSE: 2, DIARY: 3}
_REFERENCE_WIDTH = 10
_CLASS, _DIARY, _ORIGIN, _PRINTED, _ADJUSTMENT = "1", "0", "11", "0", "0"


def write(entries):
    """Return the content of the file.

    Accounts lose everything but letters and digits: CONTPAQi keeps codes without their punctuation.

    :param entries: :class:`.entry.Entry` s
    :return: bytes
    :raise Unfit: see :func:`.entry.check`
    """
    check(entries, ACCOUNT_WIDTH)
    rows = [row for entry in entries for row in (_header(entry), *map(_movement, entry.lines))]
    return "".join(f"{row}\r\n" for row in rows).encode(ENCODING)


def _header(entry):
    return _row(
        "P ",
        f"{entry.day:%Y%m%d}",
        f"{_KINDS[entry.kind]:>4}",
        f"{entry.number:>9}",
        _CLASS,
        _DIARY.ljust(10),
        plain(entry.text, 100).ljust(100),
        _ORIGIN,
        _PRINTED,
        _ADJUSTMENT,
    )


def _movement(line):
    return _row(
        "M ",
        "".join(filter(str.isalnum, line.account)).ljust(ACCOUNT_WIDTH),
        _reference(line.reference).ljust(_REFERENCE_WIDTH),
        "0" if line.debit or not line.credit else "1",
        f"{line.debit or line.credit:.2f}".ljust(20),
        _DIARY.ljust(10),
        "0.0".ljust(20),
        plain(line.text, 100).ljust(100),
        " " * 4,
    )


def _reference(text):
    """Return the end of a reference that is too long: ``INV/2026/00012`` and its neighbors differ there."""
    return plain(text, len(text or ""))[-_REFERENCE_WIDTH:].strip()


def _row(*cells):
    return "".join(f"{cell} " for cell in cells)
