"""Entry of every launcher in ``scripts/``: the first argument names the command."""

import importlib
import signal
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])

from vigor import console  # noqa: E402

COMMANDS = {
    "run": "run:main",
    "architecture": "architecture:main",
    "test": "testing:main",
    "bench": "bench:main",
    "core-tests": "core_tests:main",
    "first-of-month": "first_of_month:main",
    "translate": "translate:main",
    "lint": "lint:main",
    "clean": "clean:main",
    "backup": "backup:main",
    "restore": "backup:main_restore",
    "pac-sandbox": "pac_sandbox:main",
    "python": "tools:python",
    "odoo": "tools:odoo",
}

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _interrupt(signum, frame):
    """End in good order on the first signal; while that goes on, further ones change nothing."""
    for name in ENDING:
        signal.signal(name, lambda signum, frame: None)
    raise KeyboardInterrupt


def main():
    """Run one command; problems are told in words, without a traceback."""
    command, *arguments = sys.argv[1:]
    for name in ENDING:
        signal.signal(name, _interrupt)
    module_name, _, function = COMMANDS[command].partition(":")
    module = importlib.import_module(f"vigor.{module_name}")
    try:
        return getattr(module, function)(arguments)
    except console.Problem as problem:
        console.show_problem(problem)
        return 1
    except KeyboardInterrupt:
        console.say("Interrupted.")
        return 130


sys.exit(main())
