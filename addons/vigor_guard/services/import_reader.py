"""Reading a file for Odoo's *Import records* in a process of its own: some small ones cost minutes and gigabytes."""

import json
import sys
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from .apart import run_apart

PROGRAM = Path(__file__).with_name("read_import.py")
CPU_S = 120  # half of what a worker has for a request
WAIT_S = 300
MEMORY_BYTES = 1024**3


@dataclass(frozen=True)
class Wrong:
    """What Odoo's reader raised: the name of the error's class, its text, and the module that an ImportError names."""

    error: str
    text: str
    module: str


def read_import_apart(content, kind, options, lang, addons, cpu_s=CPU_S, memory_bytes=MEMORY_BYTES):
    """Return the number of rows, the rows and the options as Odoo's reader of ``kind`` leaves them, or :class:`Wrong`.

    :param bytes content: of the file
    :param str kind: ``csv``, ``xls``, ``xlsx`` or ``ods``
    :param dict options: of the import
    :param str lang: of what is told
    :param addons: the addons path
    :param int cpu_s: seconds of CPU that reading may take
    :param int memory_bytes: that it may take
    :raise TooHeavyError: beyond these limits
    """
    wanted = {"kind": kind, "options": options, "lang": lang}
    arguments = (json.dumps(sys.path), json.dumps(list(addons)))
    given = json.dumps(wanted).encode() + b"\n" + content
    answer = json.loads(run_apart(PROGRAM, arguments, given, cpu_s, memory_bytes, WAIT_S), object_hook=_as_date)
    if "error" in answer:
        return Wrong(**answer)
    return answer["length"], answer["rows"], answer["options"]


def _as_date(found):
    """Return the date that a JSON object stands for, or the object."""
    if found.keys() == {"date"}:
        return date.fromisoformat(found["date"])
    return datetime.fromisoformat(found["datetime"]) if found.keys() == {"datetime"} else found
