"""Runs the turnstile by its path alone, with any Python: the addons are entered as plain packages."""

import sys
import types
from pathlib import Path

ADDONS = Path(__file__).resolve().parents[2]
for name, folder in (
    ("odoo", ADDONS),
    ("odoo.addons", ADDONS),
    ("odoo.addons.gym_access", ADDONS / "gym_access"),
    ("odoo.addons.gym_gate", ADDONS / "gym_gate"),
):
    package = types.ModuleType(name)
    package.__path__ = [str(folder)]
    sys.modules[name] = package

from odoo.addons.gym_gate.emulators.turnstile import main  # noqa: E402  # pylint: disable=odoo-addons-relative-import

if __name__ == "__main__":
    sys.exit(main())
