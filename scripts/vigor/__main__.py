"""Entry of every launcher in ``scripts/``: the first argument names the command."""

import importlib
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:1] = [str(ROOT / "scripts"), str(ROOT / "tests" / "drills"), str(ROOT / "tests" / "performance")]

from vigor import console  # noqa: E402

COMMANDS = {
    "run": "vigor.run:main",
    "architecture": "vigor.architecture:main",
    "test": "vigor.testing:main",
    "bench": "bench:main",
    "core-tests": "vigor.core_tests:main",
    "first-of-month": "first_of_month:main",
    "translate": "vigor.translate:main",
    "lint": "vigor.lint:main",
    "clean": "vigor.cache:main",
    "backup": "vigor.backup:main",
    "restore": "vigor.backup:main_restore",
    "pac-sandbox": "vigor.server:main_pac",
    "gate": "vigor.gate:main",
    "python": "vigor.prepared:main_python",
    "odoo": "vigor.prepared:main_odoo",
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
    module = importlib.import_module(module_name)
    try:
        return getattr(module, function)(arguments)
    except console.Problem as problem:
        console.show_problem(problem)
        return 1
    except KeyboardInterrupt:
        console.say("Interrupted.")
        return 130


sys.exit(main())
