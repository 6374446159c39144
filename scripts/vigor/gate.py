"""The program of a gate (``scripts/gate``), made of this checkout as the server makes it."""

import os
import runpy
import sys

from vigor import paths

FOLDER = paths.STATE / "gate"


def build():
    """Make ``gate.pyz`` of this checkout; return where it is."""
    made = runpy.run_path(str(paths.ADDONS / "gym_gate" / "services" / "program.py"))["build"]()
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / "gate.pyz"
    file.write_bytes(made)
    return file


def main(arguments):
    """Become the gate; ``--help`` is its own. Without ``--file`` it keeps what it knows in ``.vigor/gate``."""
    file = build()
    os.execv(sys.executable, [sys.executable, str(file), "--file", str(FOLDER / "gate.sqlite"), *arguments])
