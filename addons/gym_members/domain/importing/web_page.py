"""Tables of web pages that systems save under the name of a spreadsheet (.xls)."""

import re
from html.parser import HTMLParser
from itertools import repeat

_MOST_SPAN = 50
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?[eE][+]?\d+|#+")


def looks_like_page(text):
    """Tell whether ``text`` is a web page with a table."""
    head = text.lstrip("\ufeff \t\r\n")[:5].lower()
    return (
        head.startswith("<")
        and not head.startswith("<?xml")
        and "<table" in text[:200_000].lower()
        or (head.startswith("<?xml") and "<html" in text[:2000].lower())
    )


def read_page(text):
    """Return the rows of the table with most cells: lists of texts, entities resolved.

    A merged cell has its text in its first column and row; the others that it covers are empty.
    """
    parser = _Tables()
    parser.feed(text)
    parser.close()
    return max(parser.tables, key=lambda rows: sum(map(len, rows)), default=[])


class _Tables(HTMLParser):
    """Collects tables; what stands outside a cell is no value, and scripts and styles are none either."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tables = []
        self._open = []
        self._cell = None
        self._span = self._rows = 1
        self._hanging = {}  # column: rows that a cell above still reaches over
        self._muted = 0
        self._number = ""  # what the cell holds, where a spreadsheet wrote the page

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self._end_cell()
            self._hanging = {}
            self.tables.append([])
            self._open.append(self.tables[-1])
        elif tag == "tr" and self._open:
            self._end_row()
            self._open[-1].append([])
        elif tag in ("td", "th") and self._open:
            self._end_cell()
            self._span, self._rows = (_to_span(dict(attrs).get(name)) for name in ("colspan", "rowspan"))
            self._number = dict(attrs).get("x:num") or dict(attrs).get("sdval") or ""
            self._cell = []
        elif tag in ("script", "style"):
            self._muted += 1
        elif tag in ("br", "p", "div"):
            self.handle_data(" ")

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self._end_cell()
        elif tag == "tr" and self._open:
            self._end_row()
        elif tag == "table" and self._open:
            self._end_cell()
            self._open.pop()
        elif tag in ("script", "style"):
            self._muted = max(self._muted - 1, 0)

    def handle_data(self, data):
        if self._cell is not None and not self._muted:
            self._cell.append(data)

    def _end_row(self):
        self._end_cell()
        if self._open[-1] and self._hanging:
            self._skip_covered(self._open[-1][-1])

    def _end_cell(self):
        if self._cell is None or not self._open:
            return
        if not self._open[-1]:
            self._open[-1].append([])
        row = self._open[-1][-1]
        self._skip_covered(row)
        begin = len(row)
        text = " ".join("".join(self._cell).split())
        row += [self._number if self._number and _ROUNDED.fullmatch(text) else text, *repeat("", self._span - 1)]
        if self._rows > 1:
            self._hanging |= dict.fromkeys(range(begin, len(row)), self._rows - 1)
        self._cell = None

    def _skip_covered(self, row):
        """Leave the columns empty that a cell of a row above reaches over."""
        while self._hanging.get(len(row)):
            self._hanging[len(row)] -= 1
            row.append("")


def _to_span(text):
    return min(int(text[:4]), _MOST_SPAN) if (text or "").isdecimal() else 1
