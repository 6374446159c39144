"""From the bytes of a CSV or XLSX file to a table of texts.

What spreadsheets of gyms look like decides what is tolerated here: Excel in Mexico writes CSV in cp1252, with commas
or semicolons; exports put titles above the headers; XLSX cells hold real dates and phones as numbers.
"""

import csv
import io
import warnings
import zipfile
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

import openpyxl

from .issues import UnreadableFile

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 100_000
MAX_COLUMNS = 200
# An XLSX is a zip: what it may become when unpacked, so that a small file cannot fill the memory.
MAX_UNPACKED_BYTES = 400 * 1024 * 1024

_DELIMITERS = (",", ";", "\t", "|")
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True)
class Table:
    """A sheet as texts.

    :param tuple headers: names of the columns, unique, none empty
    :param tuple rows: pairs of line number in the file (1 is the first line) and tuple of texts, as many as headers
    :param str encoding: of a CSV; empty for XLSX
    :param str delimiter: of a CSV; empty for XLSX
    """

    headers: tuple
    rows: tuple
    encoding: str = ""
    delimiter: str = ""

    def column(self, header):
        """Return the texts of one column, from top to bottom."""
        place = self.headers.index(header)
        return [cells[place] for _line, cells in self.rows]


def read_table(content, max_bytes=MAX_BYTES, max_rows=MAX_ROWS):
    """Return the :class:`Table` in ``content``.

    :param bytes content: a CSV in any usual encoding, or an XLSX
    :raise UnreadableFile: too big, empty, of another kind, damaged
    """
    if len(content) > max_bytes:
        raise UnreadableFile("file_too_big", size_mb=round(len(content) / 2**20, 1), limit_mb=max_bytes // 2**20)
    if not content.strip():
        raise UnreadableFile("file_empty")
    if content.startswith(_OLD_EXCEL):
        raise UnreadableFile("file_old_excel")
    if content.startswith(_ZIP):
        return _to_table(_read_xlsx(content, max_rows), max_rows)
    text, encoding = decode(content)
    delimiter = sniff_delimiter(text)
    return _to_table(_read_csv(text, delimiter, max_rows), max_rows, encoding, delimiter)


def decode(content):
    """Return the text of ``content`` and the name of the encoding it was in.

    UTF-8 is recognised by its own rules, which text in another encoding practically never meets; then Windows' Western
    code page, and Latin-1 for the few bytes that code page does not have.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif content.startswith(b"\xef\xbb\xbf"):
        encodings = ["utf-8-sig"]
    else:
        encodings = ["utf-8", "cp1252", "latin-1"]
    if encodings[0] != "utf-16" and b"\x00" in content:
        raise UnreadableFile("file_binary")
    for encoding in encodings:
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise UnreadableFile("file_binary")


def sniff_delimiter(text):
    """Return the sign that cuts the first lines of ``text`` most evenly into two columns or more, else a comma."""
    if text[:6].lower().startswith("sep=") and len(text) > 4:
        return text[4]
    return max(_DELIMITERS, key=lambda delimiter: _evenness(text, delimiter))


def _evenness(text, delimiter):
    """Return (share of the first lines that have the commonest width, that width); (0, 0) when nothing is cut."""
    try:
        rows = list(islice(csv.reader(io.StringIO(text[:200_000]), delimiter=delimiter), 30))
    except csv.Error:
        return 0, 0
    widths = Counter(len(row) for row in rows if any(row))
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return (count / sum(widths.values()), width) if width > 1 else (0, 0)


def _read_csv(text, delimiter, max_rows):
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    start = 1
    try:
        for cells in islice(reader, max_rows + 50):
            if not (start == 1 and cells and cells[0].lower().startswith("sep=")):
                yield start, tuple(cell.strip() for cell in cells)
            start = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableFile("file_broken_csv", line=reader.line_num) from error


def _read_xlsx(content, max_rows):
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED_BYTES:
                raise UnreadableFile("file_too_big_unpacked", limit_mb=MAX_UNPACKED_BYTES // 2**20)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns about styles and validations, which are of no use here
            workbook = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            for sheet in workbook.worksheets:
                sheet.reset_dimensions()
                rows = list(islice(_sheet_rows(sheet), max_rows + 50))
                if rows:
                    return rows
    except UnreadableFile:
        raise
    except Exception as error:  # a damaged workbook fails inside openpyxl in dozens of ways
        raise UnreadableFile("file_broken_xlsx") from error
    return []


def _sheet_rows(sheet):
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        texts = tuple(_cell_text(cell) for cell in cells[:MAX_COLUMNS])
        if any(texts):
            yield number, texts


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


def _to_table(numbered_rows, max_rows, encoding="", delimiter=""):
    rows = [(line, cells) for line, cells in numbered_rows if any(cells)]
    if not rows:
        raise UnreadableFile("file_empty")
    head = _header_place(rows)
    headers = _unique_headers(rows[head][1])
    width = len(headers)
    body = tuple((line, (cells + ("",) * width)[:width]) for line, cells in rows[head + 1 :])
    if not body:
        raise UnreadableFile("file_without_rows")
    if len(body) > max_rows:
        raise UnreadableFile("file_too_many_rows", limit=max_rows)
    return Table(headers, body, encoding, delimiter)


def _header_place(rows):
    """Return the place of the headers: the first row about as wide as the widest near the top; titles are narrower."""
    filled = [sum(bool(cell) for cell in cells) for _line, cells in rows[:20]]
    return next(place for place, count in enumerate(filled) if count >= max(filled) * 0.6)


def _unique_headers(cells):
    seen = Counter()
    headers = []
    for place, cell in enumerate(cells[:MAX_COLUMNS], start=1):
        name = " ".join(cell.split()) or f"#{place}"
        seen[name] += 1
        headers.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(headers)
