"""Where things are in this clone."""

import hashlib
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ADDONS = ROOT / "addons"
DATA = ROOT / "data"
# The hour to which this process was moved (vigor/hours.py), or nothing; it shares no server with others
AT = os.environ.get("VIGOR_AT", "")
# Which part of an hour's tests it does, or nothing: parts that run at once share no server and no clock
PART = os.environ.get("VIGOR_PART", "")
MOVED = [ROOT / "scripts" / "vigor" / "moved"] if AT else []
STATE = ROOT / ".vigor" / f"at{PART}" if AT else ROOT / ".vigor"
LOGS = STATE / "log"
ODOO_CONF = ROOT / "odoo.conf"

# Eight characters that tell this clone from another one on the same machine.
CLONE_ID = hashlib.sha256(os.fsencode(STATE if AT else ROOT)).hexdigest()[:8]


def log_file(name):
    """The log of one step, emptied; its folder is made.

    An account that may not write into the clone, as Odoo's on a server, has its logs in a folder of its own.
    """
    folder = LOGS if os.access(ROOT, os.W_OK) else Path.home() / ".local" / "state" / "vigor" / "log"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.log"
    path.write_bytes(b"")
    return path


def shown(path):
    """A path as short as a person types it from the clone's folder."""
    path = Path(path)
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
