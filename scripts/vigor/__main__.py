"""Entry of every launcher in ``scripts/``: the first argument names the command."""

import importlib
import signal
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])

from vigor import console  # noqa: E402

COMMANDS = {
    "run": "run",
    "test": "testing",
    "bench": "bench",
    "translate": "translate",
    "lint": "lint",
    "clean": "clean",
    "backup": "backup",
    "restore": "restore",
    "python": "tools",
    "odoo": "tools",
}


def _interrupt(signum, frame):
    raise KeyboardInterrupt


def main():
    """Run one command; problems are told in words, without a traceback."""
    command, *arguments = sys.argv[1:]
    for name in ("SIGTERM", "SIGHUP"):
        signal.signal(getattr(signal, name), _interrupt)
    module = importlib.import_module(f"vigor.{COMMANDS[command]}")
    try:
        return module.main(arguments) if module.__name__ != "vigor.tools" else module.main(command, arguments)
    except console.Problem as problem:
        console.show_problem(problem)
        return 1
    except KeyboardInterrupt:
        console.say("Interrupted.")
        return 130


sys.exit(main())
