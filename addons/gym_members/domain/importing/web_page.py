"""Tables of web pages that systems save under the name of a spreadsheet (.xls)."""

from html.parser import HTMLParser
from itertools import repeat

_MOST_SPAN = 50


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
    """Return the rows of the table with most cells: lists of texts, entities resolved, merged cells first of all."""
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
        self._span = 1
        self._muted = 0

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self._end_cell()
            self.tables.append([])
            self._open.append(self.tables[-1])
        elif tag == "tr" and self._open:
            self._end_cell()
            self._open[-1].append([])
        elif tag in ("td", "th") and self._open:
            self._end_cell()
            span = dict(attrs).get("colspan") or "1"
            self._span = min(int(span[:4]), _MOST_SPAN) if span.isdecimal() else 1
            self._cell = []
        elif tag in ("script", "style"):
            self._muted += 1
        elif tag in ("br", "p", "div"):
            self.handle_data(" ")

    def handle_endtag(self, tag):
        if tag in ("td", "th", "tr"):
            self._end_cell()
        elif tag == "table" and self._open:
            self._end_cell()
            self._open.pop()
        elif tag in ("script", "style"):
            self._muted = max(self._muted - 1, 0)

    def handle_data(self, data):
        if self._cell is not None and not self._muted:
            self._cell.append(data)

    def _end_cell(self):
        if self._cell is None or not self._open:
            return
        if not self._open[-1]:
            self._open[-1].append([])
        self._open[-1][-1] += [" ".join("".join(self._cell).split()), *repeat("", self._span - 1)]
        self._cell = None
