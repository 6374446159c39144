"""Reading a file of members in a process of its own, so that no file stops a worker or fills its memory."""

import json
import sys
from dataclasses import astuple
from pathlib import Path

from odoo.addons.vigor_guard.services.apart import TooHeavyError, run_apart

from ..domain.importing.columns import MEMBER_FIELDS
from ..domain.importing.issues import UnreadableFile
from ..domain.importing.reader import Table

CHILD = Path(__file__).with_name("read_apart.py")
CPU_S = 180  # 50,000 rows of 30 columns take a quarter of it
WAIT_S = 400  # on a busy machine, and less than what a worker has
MEMORY_BYTES = 1024**3


def read_table_apart(content, sheet="", fields=MEMBER_FIELDS, cpu_s=CPU_S, memory_bytes=MEMORY_BYTES):
    """Return the :class:`~..domain.importing.reader.Table` in ``content``, read by a child process.

    :param bytes content: a CSV in any usual encoding, or an XLSX
    :param str sheet: of a workbook; the one whose headers are known best when there is none of this name
    :param fields: iterable of :class:`~..domain.importing.columns.ImportField`, by whose names the headers are found
    :param int cpu_s: seconds of CPU that reading may take
    :param int memory_bytes: that it may take
    :raise UnreadableFile: too big, empty, of another kind, damaged, or beyond these limits
    """
    arguments = (json.dumps(sys.path), sheet.replace("\0", ""))
    given = json.dumps([astuple(field) for field in fields]).encode() + b"\n" + content
    try:
        answer = run_apart(CHILD, arguments, given, cpu_s, memory_bytes, WAIT_S)
    except TooHeavyError as error:
        raise UnreadableFile("file_too_heavy", seconds=cpu_s, memory_mb=memory_bytes // 2**20) from error
    answers = map(json.loads, answer.splitlines())
    head = next(answers)
    if "table" not in head:
        raise UnreadableFile(head["code"], **head["params"])
    rows = tuple((line, tuple(cells)) for line, cells in answers)
    head = {name: tuple(value) if isinstance(value, list) else value for name, value in head["table"].items()}
    return Table(**head, rows=rows)
