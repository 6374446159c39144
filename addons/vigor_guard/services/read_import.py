"""The program that reads one file for Odoo's *Import records*, with Odoo's own code, see ``import_reader.py``.

It takes on its standard input a line of JSON, what to read and how, and the bytes, and answers one line of JSON: what
is wrong with the file, or the number of its rows, the options as they are now, and the rows.
"""

import json
import sys
import tempfile
import types
from datetime import date

# As many as the heaviest file of a gym has, several times; beyond them nobody imports a file in one piece
MAX_CELLS = 4_000_000
MAX_CHARACTERS = 40_000_000


class ImportedFile:
    """What Odoo's readers know of the record that holds the file."""

    def __init__(self, reader, content, lang):
        self._reader, self.file = reader, content
        self.env = types.SimpleNamespace(lang=lang, context={"lang": lang})  # for what is told of the file

    def __getattr__(self, name):
        return types.MethodType(getattr(self._reader, name), self)


def read(content, kind, options, lang):
    """Return the number of rows and the rows, with dates as ``{"date": ISO}`` or ``{"datetime": ISO}``."""
    from odoo.addons.base_import.models.base_import import Base_ImportImport

    answer = getattr(ImportedFile(Base_ImportImport, content, lang), f"_read_{kind}")(options)
    length, rows = answer or (0, [])
    characters = sum(len(cell) for row in rows for cell in row if isinstance(cell, str))
    if sum(map(len, rows)) > MAX_CELLS or characters > MAX_CHARACTERS:
        raise MemoryError
    return length, rows


def as_json(cell):
    """Return a date for JSON; whatever else a reader gives is text or a number."""
    if not isinstance(cell, date):
        raise TypeError(type(cell).__name__)
    return {"datetime" if hasattr(cell, "hour") else "date": cell.isoformat()}


def main(paths, addons):
    sys.path[:] = json.loads(paths)
    tempfile.tempdir = "/"  # Odoo asks for one when it is imported, by writing into those there are; nothing is kept
    import odoo.addons

    odoo.addons.__path__[:] = json.loads(addons)
    wanted = json.loads(sys.stdin.buffer.readline())
    options = wanted["options"]
    try:
        length, rows = read(sys.stdin.buffer.read(), wanted["kind"], options, wanted["lang"])
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  of any reader; the caller raises it again
        wrong = {"error": type(error).__name__, "text": str(error), "module": getattr(error, "name", "")}
        sys.stdout.write(json.dumps(wrong))
        return
    json.dump({"length": length, "options": options, "rows": rows}, sys.stdout, default=as_json)


if __name__ == "__main__":
    main(*sys.argv[1:])
