"""The program: ``gate.pyz pair URL CODE``, ``gate.pyz run``, ``gate.pyz status``."""

import argparse
import json
import logging
import signal
import sys
import threading
from pathlib import Path

from .desk import DeskPage
from .gate import Gate
from .lan import Listener
from .server import Refused, Server, Unreachable
from .store import Store

try:
    from ..version import VERSION
except ImportError:  # run from the sources
    VERSION = "source"

FILE = Path.home() / ".vigor-gate" / "gate.sqlite"
DESK_PORT, LAN_PORT = 8471, 8472


def main(arguments=None):
    """Do what the command line says; return the exit code."""
    options = _read(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    try:
        return options.act(options)
    except (Unreachable, Refused, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _read(arguments):
    parser = argparse.ArgumentParser(prog="gate.pyz", description="Opens the doors of a branch.")
    parser.add_argument("--version", action="version", version=VERSION)
    parser.add_argument("--file", type=Path, default=FILE, help=f"where the gate keeps what it knows ({FILE})")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    pair = actions.add_parser("pair", help="become the gate whose code the server shows")
    pair.add_argument("url", help="of the server, https")
    pair.add_argument("code", help="eight signs")
    pair.set_defaults(act=_pair)
    run = actions.add_parser("run", help="open doors until interrupted")
    run.add_argument("--desk", type=int, default=DESK_PORT, metavar="PORT", help=f"of the desk page ({DESK_PORT})")
    run.add_argument("--lan", default=f"0.0.0.0:{LAN_PORT}", metavar="HOST:PORT", help="where terminals call")
    run.set_defaults(act=_run)
    status = actions.add_parser("status", help="say how the gate is")
    status.set_defaults(act=_status)
    return parser.parse_args(arguments)


def _pair(options):
    options.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = Server(options.url).pair(options.code, VERSION)
    store = Store(options.file)
    options.file.chmod(0o600)
    if waiting := store.count_waiting():
        sys.stderr.write(f"{waiting} events of the gate before were never handed over and are gone.\n")
    store.begin_anew(url=options.url, key=found["key"], name=found["name"])
    sys.stdout.write(f"This is now {found['name']} at {found['branch']}.\n")
    return 0


def _run(options):
    store = _open(options)
    server = Server(store.get("url"), store.get("key"))
    host, _colon, port = options.lan.rpartition(":")
    listener = Listener(host, int(port)).start()
    gate = Gate(store, server, VERSION, listener).start()
    page = DeskPage(gate, options.desk).start()
    sys.stdout.write(f"{page.url}\n")
    sys.stdout.flush()
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_args: ended.set())
    ended.wait()
    gate.stop()
    return 0


def _status(options):
    store = _open(options)
    said = {
        "name": store.get("name"),
        "people": len(store.get_versions()),
        "heard_at": store.get("heard_at"),
        "waiting": store.count_waiting(),
    }
    sys.stdout.write(json.dumps(said) + "\n")
    return 0


def _open(options):
    """Return the file of a paired gate.

    :raise ValueError: when there is none
    """
    if not options.file.exists():
        raise ValueError(f"{options.file} is not there. Pair this computer first: gate.pyz pair URL CODE")
    store = Store(options.file)
    if not store.get("key"):
        raise ValueError("This computer is not paired. Make a code in the gate's form: gate.pyz pair URL CODE")
    return store
