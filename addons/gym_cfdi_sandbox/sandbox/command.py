"""The command ``scripts/pac-sandbox``: the server in the foreground."""

# pylint: disable=print-used
import argparse
import signal
import sys
from pathlib import Path

from . import accounts
from .server import Server

DEFAULT_PORT = 8199


def main(arguments=None):
    """Serve until interrupted; the first line printed is the address.

    :return: exit code
    """
    options = _options(arguments)
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, _interrupt)
    try:
        options.state.parent.mkdir(parents=True, exist_ok=True)
        server = Server(options.state, options.port, options.host)
    except OSError as error:
        print(f"The sandbox cannot start on port {options.port}: {error.strerror}.", file=sys.stderr)
        return 1
    try:
        print(server.url, flush=True)
        print(f"PAC sandbox, SIN VALIDEZ FISCAL. User {accounts.USERNAME}, password {accounts.PASSWORD}.", flush=True)
        server.serve_forever()
    except KeyboardInterrupt:
        return 0
    return 1


def _interrupt(signum, frame):
    raise KeyboardInterrupt


def _options(arguments):
    parser = argparse.ArgumentParser(
        prog="scripts/pac-sandbox",
        description="A PAC and a SAT on this machine, to try things on. What it stamps is worth nothing.",
    )
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help=f"0 takes a free one (default: {DEFAULT_PORT})")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument(
        "--state",
        type=Path,
        default=Path("pac-sandbox.sqlite"),
        metavar="FILE",
        help="where it remembers (default: pac-sandbox.sqlite here)",
    )
    return parser.parse_args(arguments)
