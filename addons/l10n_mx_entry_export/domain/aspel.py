"""Entries as the rows of the spreadsheet that Aspel COI imports.

An entry is a row with its kind (``Ig``, ``Eg``, ``Dr``), number, concept and day of the month; a row for each movement
with account, department, concept, exchange rate, debit and credit, cost centre and project; and a row that says
``FIN_PARTIDAS``. Several programs that are in use write it so; the vendor's own table was not available, so this layout
is **not verified** with the program.
"""

from .entry import DIARY, EXPENSE, INCOME, check, plain

ACCOUNT_WIDTH = 21
CONCEPT_WIDTH = 120
END = "FIN_PARTIDAS"
_KINDS = {INCOME: "Ig", EXPENSE: "Eg", DIARY: "Dr"}
_NO_DEPARTMENT, _RATE, _NO_CENTRE, _NO_PROJECT = 0, 1, 0, 0
COLUMNS = 9
MONEY = (5, 6)  # columns with amounts


def rows(entries):
    """Return the rows of the sheet, each of :data:`COLUMNS` cells; ``None`` for an empty one, amounts as ``Decimal``.

    :param entries: :class:`.entry.Entry` s, all of one month: COI imports into the month that is open in it
    :raise Unfit: see :func:`.entry.check`
    """
    check(entries, ACCOUNT_WIDTH)
    return [row for entry in entries for row in (_header(entry), *map(_movement, entry.lines), _full(None, END))]


def _header(entry):
    return _full(_KINDS[entry.kind], entry.number, plain(entry.text, CONCEPT_WIDTH), entry.day.day)


def _movement(line):
    concept = plain(line.text, CONCEPT_WIDTH)
    amounts = (line.debit or None, line.credit or None)
    return _full(None, line.account, _NO_DEPARTMENT, concept, _RATE, *amounts, _NO_CENTRE, _NO_PROJECT)


def _full(*cells):
    return cells + (None,) * (COLUMNS - len(cells))
