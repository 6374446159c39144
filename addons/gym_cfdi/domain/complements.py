"""The complements that are only read: what each contributes to the cadena original, from a table in ``data/cadena``.

They are the ones that the SAT's stylesheet includes, without those that :mod:`.cadena` itself knows and three odd ones
(detallista, ventavehiculos, vehiculousado), which no attribute table can say.
"""

from functools import cache
from pathlib import Path
from typing import NamedTuple

TABLE = Path(__file__).parent / "data" / "cadena" / "complements.txt"


class Line(NamedTuple):
    """One line of the table: how deep it is, its mark (``@``, ``>`` or empty) and what follows."""

    depth: int
    mark: str
    text: str


def _lines():
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        text = line.lstrip(" ")
        if text and not text.startswith("#"):
            mark = text[0] if text[0] in "@>" else ""
            yield Line(len(line) - len(text), mark, text.removeprefix(mark).strip())


@cache
def outlines():
    """Return ``{tag: outline}``.

    An outline is a list whose items are texts of attributes (``"Version! Serie"``) and pairs (path, outline), the path
    as lxml writes it.
    """
    found = {}
    open_outlines = []
    for line in _lines():
        del open_outlines[line.depth :]
        if not line.mark:
            namespace = line.text.partition("}")[0] + "}"
            found[line.text] = outline = []
            open_outlines.append(outline)
        elif line.mark == "@":
            open_outlines[-1].append(line.text)
        else:
            path = "/".join(namespace + name for name in line.text.split("/"))
            outline = []
            open_outlines[-1].append((path, outline))
            open_outlines.append(outline)
    return found
