"""The program that reads one file of members: without Odoo, its connections and its secrets.

``table_reader.py`` starts it within limits; it takes on its standard input a line of JSON, the facts that columns may
hold, and the bytes, and answers lines of JSON: the table without its rows, or what is wrong with the file; then a row
each.
"""

import json
import sys
import types
from pathlib import Path

ADDON = Path(__file__).parents[1]


def enter_addon():
    """Make the addon's plain Python importable; its ``__init__.py`` would import Odoo."""
    package = types.ModuleType(ADDON.name)
    package.__path__ = [str(ADDON)]
    sys.modules[ADDON.name] = package


def read(content, sheet, facts):
    """Yield what :func:`read_table` says as JSON can hold it: what is wrong with the file, or a table and rows."""
    from gym_members.domain.importing.columns import ImportField
    from gym_members.domain.importing.issues import UnreadableFile
    from gym_members.domain.importing.reader import read_table

    try:
        fields = [ImportField(code, kind, tuple(aliases), is_past) for code, kind, aliases, is_past in facts]
        table = read_table(content, sheet=sheet, fields=fields)
    except UnreadableFile as error:
        yield {"code": error.code, "params": error.params}
        return
    yield {"table": {name: value for name, value in vars(table).items() if name != "rows"}}
    yield from table.rows


def main(paths, sheet):
    sys.path[:] = json.loads(paths)
    enter_addon()
    facts = json.loads(sys.stdin.buffer.readline())
    for line in read(sys.stdin.buffer.read(), sheet, facts):
        sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
