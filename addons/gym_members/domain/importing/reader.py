"""From the bytes of a CSV or XLSX file to a table of texts.

What spreadsheets of gyms look like decides what is tolerated here: Excel in Mexico writes CSV in cp1252, with commas
or semicolons; exports put titles above the headers; XLSX cells hold real dates and phones as numbers.
"""

import csv
import io
import warnings
import zipfile
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from .columns import MEMBER_FIELDS
from .encodings import decode
from .headers import HEAD_ROWS, best_score, find_headers, unique_names
from .issues import UnreadableFile
from .statuses import says_left
from .web_page import looks_like_page, read_page

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 100_000
MAX_COLUMNS = 200
# An XLSX is a zip: what it may become when unpacked, so that a small file cannot fill the memory.
MAX_UNPACKED_BYTES = 400 * 1024 * 1024
MAX_STRINGS_BYTES = 40 * 1024 * 1024
MAX_SHEET_BYTES = 150 * 1024 * 1024
# What a table holds at most, however often a workbook repeats what it has once.
MAX_CELLS = 4_000_000
MAX_CHARACTERS = 40_000_000
# Rows of a sheet of Excel; what claims to be below stands for nothing but time.
_SHEET_ROWS = 1_048_576

_DELIMITERS = (",", ";", "\t", "|", "~", "^")
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_PROTECTED = "EncryptedPackage".encode("utf-16-le")
_ZIP = b"PK\x03\x04"
# Beginnings of texts that are no tables: PDF, JSON, contact cards.
_NO_TABLE = ("%PDF", "{", "[{", "BEGIN:VCARD")


@dataclass(frozen=True)
class Table:
    """A sheet as texts.

    :param tuple headers: names of the columns, unique, none empty
    :param tuple rows: pairs of line number in the file (1 is the first line) and tuple of texts, as many as headers
    :param str encoding: of a CSV; empty for XLSX
    :param str delimiter: of a CSV; empty for XLSX
    :param str sheet: the sheet that was read; empty for CSV
    :param tuple sheets: all that are shown and have something in them
    :param str title: what the headers' title says of the people listed, else the name of the sheet
    """

    headers: tuple
    rows: tuple
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple = ()
    title: str = ""

    def column(self, header):
        """Return the texts of one column, from top to bottom."""
        place = self.headers.index(header)
        return [cells[place] for _line, cells in self.rows]


def read_table(content, max_bytes=MAX_BYTES, max_rows=MAX_ROWS, sheet="", fields=MEMBER_FIELDS):
    """Return the :class:`Table` in ``content``.

    :param bytes content: a CSV in any usual encoding, or an XLSX
    :param str sheet: of a workbook; the one whose headers are known best when there is none of this name
    :param fields: iterable of :class:`~.columns.ImportField`, by whose names the headers are found
    :raise UnreadableFile: too big, empty, of another kind, damaged
    """
    if len(content) > max_bytes:
        raise UnreadableFile("file_too_big", size_mb=round(len(content) / 2**20, 1), limit_mb=max_bytes // 2**20)
    if not content.strip():
        raise UnreadableFile("file_empty")
    if content.startswith(_OLD_EXCEL):
        raise UnreadableFile("file_protected" if _PROTECTED in content else "file_old_excel")
    if content.startswith(_ZIP):
        rows, chosen, sheets = _read_xlsx(content, max_rows, sheet, fields)
        return _to_table(rows, max_rows, fields, sheet=chosen, sheets=sheets)
    text, encoding = decode(content)
    if looks_like_page(text):
        rows = enumerate(map(tuple, read_page(text)), start=1)
        return _to_table(islice(rows, max_rows + 50), max_rows, fields, encoding)
    if text.lstrip("\ufeff \r\n")[:5].lower() in ("<?xml", "<html", "mime-"):
        raise UnreadableFile("file_web_page")
    if text.lstrip().startswith(_NO_TABLE):
        raise UnreadableFile("file_binary")
    text = _unwrapped(text)
    delimiter = sniff_delimiter(text)
    return _to_table(_read_csv(text, delimiter, max_rows), max_rows, fields, encoding, delimiter)


def _unwrapped(text):
    """Return ``text`` without the quotes around whole lines, which Excel adds to a CSV pasted into one column."""
    if not text.startswith('"'):
        return text
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=sniff_delimiter(text))
    first = [row for row in islice(rows, 30) if row]
    is_wrapped = all(len(row) == 1 for row in first) and any(sign in first[0][0] for sign in _DELIMITERS)
    return "\n".join(row[0] if row else "" for row in (*first, *rows)) if is_wrapped else text


def sniff_delimiter(text):
    """Return the sign that cuts the first lines of ``text`` most evenly into two columns or more, else a comma."""
    if text[:6].lower().startswith("sep=") and len(text) > 4:
        return text[4]
    return max(_DELIMITERS, key=lambda delimiter: _evenness(text, delimiter))


def _evenness(text, delimiter):
    """Return (share of the first lines that have the commonest width, that width); (0, 0) when nothing is cut."""
    try:
        rows = list(islice(csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=delimiter), 30))
    except csv.Error:
        return 0, 0
    widths = Counter(len(row) for row in rows if any(row))
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return (count / sum(widths.values()), width) if width > 1 else (0, 0)


def _read_csv(text, delimiter, max_rows):
    """Yield the line on which each row begins and its texts.

    :raise UnreadableFile: ``file_broken_csv`` where a quote that is never closed has swallowed lines
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    start, widths = 1, Counter()
    try:
        for cells in islice(reader, max_rows + 50):
            if not (start == 1 and cells and cells[0].lower().startswith("sep=")):
                widths[len(cells)] += 1
                if any(_has_swallowed(cell, delimiter, widths) for cell in cells):
                    raise UnreadableFile("file_broken_csv", line=start)
                yield start, tuple(cell.strip() for cell in cells)
            start = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableFile("file_broken_csv", line=reader.line_num) from error


def _has_swallowed(cell, delimiter, widths):
    """Tell whether a cell of several lines holds lines that are rows of the table themselves."""
    if "\n" not in cell and "\r" not in cell:
        return False
    [(width, _count)] = widths.most_common(1)
    return width > 2 and any(line.count(delimiter) == width - 1 for line in cell.splitlines()[1:])


def _read_xlsx(content, max_rows, wanted, fields):
    """Return the rows of the sheet to read, its name, and the names of all that could be read."""
    try:
        _check_unpacked(content)
        import openpyxl  # not at the top: a CSV needs none of it

        with warnings.catch_warnings(), _narrow_rows():
            warnings.simplefilter("ignore")  # openpyxl warns about styles and validations, which are of no use here
            workbook = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            shown = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"] or workbook.worksheets
            heads = {}
            for sheet in shown:
                sheet.reset_dimensions()
                if head := list(islice(_sheet_rows(sheet), HEAD_ROWS)):
                    heads[sheet.title] = head
            if not heads:
                return [], "", ()
            chosen = wanted if wanted in heads else max(heads, key=lambda title: best_score(heads[title], fields))
            return list(islice(_sheet_rows(workbook[chosen]), max_rows + 50)), chosen, tuple(heads)
    except (UnreadableFile, MemoryError):
        raise
    except Exception as error:  # a damaged workbook fails inside openpyxl in dozens of ways
        raise UnreadableFile("file_broken_xlsx") from error


def _check_unpacked(content):
    """Refuse a workbook that would fill the memory; the parts' sizes bound what unpacking gives."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
    if any(entry.filename == "content.xml" for entry in entries):
        raise UnreadableFile("file_open_document")
    limits = [(sum(entry.file_size for entry in entries), MAX_UNPACKED_BYTES)]
    for entry in entries:
        is_sheet = entry.filename.lower().startswith("xl/worksheets/")
        limits.append((entry.file_size, MAX_SHEET_BYTES if is_sheet else MAX_STRINGS_BYTES))
    for size, limit in limits:
        if size > limit:
            raise UnreadableFile("file_too_big_unpacked", limit_mb=limit // 2**20)


@contextmanager
def _narrow_rows():
    """Let openpyxl parse no more cells of a row than are wanted: it would parse all 16,384 and then drop them."""
    from openpyxl.worksheet import _read_only

    wide = _read_only.WorkSheetParser

    class NarrowParser(wide):
        def parse_row(self, row):
            del row[MAX_COLUMNS:]
            return super().parse_row(row)

    _read_only.WorkSheetParser = NarrowParser
    try:
        yield
    finally:
        _read_only.WorkSheetParser = wide


def _sheet_rows(sheet):
    rows = sheet.iter_rows(max_col=MAX_COLUMNS, max_row=_SHEET_ROWS, values_only=True)
    for number, cells in enumerate(rows, start=1):
        if cells.count(None) == len(cells):
            continue  # as all of a million rows above one that is far below
        texts = [_cell_text(cell) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            yield number, tuple(texts)


def _cell_text(cell):
    """Return a cell of a workbook as text: dates as ISO, whole numbers without decimals."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _to_table(numbered_rows, max_rows, fields, encoding="", delimiter="", **sheet):
    rows = [(line, cells) for line, cells in numbered_rows if any(cells)]
    if not rows:
        raise UnreadableFile("file_empty")
    _check_amount(rows)
    head, names = find_headers(rows, fields)
    headers = unique_names(names[:MAX_COLUMNS])
    width = len(headers)
    body = tuple((line, (cells + ("",) * width)[:width]) for line, cells in rows[head + 1 :])
    if not body:
        raise UnreadableFile("file_without_rows")
    if len(body) > max_rows:
        raise UnreadableFile("file_too_many_rows", limit=max_rows)
    title = _title_above(rows[: max(head, 0)]) or sheet.get("sheet", "")
    return Table(headers, body, encoding, delimiter, title=title, **sheet)


def _title_above(rows):
    """Return the lowest title that says whether the list is of members or of those who left, or ""."""
    titles = [next(filter(None, cells)) for _line, cells in rows if sum(map(bool, cells)) <= 2]
    return next((title for title in reversed(titles) if says_left(title) is not None), "")


def _check_amount(rows):
    """Refuse a table that would fill the memory of anyone who uses it.

    :raise UnreadableFile: as soon as it is clear
    """
    cells_left, characters_left = MAX_CELLS, MAX_CHARACTERS
    for _line, cells in rows:
        filled = [len(cell) for cell in cells if cell]
        cells_left -= len(filled)
        characters_left -= sum(filled)
        if cells_left < 0 or characters_left < 0:
            raise UnreadableFile("file_too_much_text", cells=MAX_CELLS, limit_mb=MAX_CHARACTERS // 10**6)
