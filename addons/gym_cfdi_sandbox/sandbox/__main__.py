"""``scripts/pac-sandbox``; also runs by its path alone, with a Python that has lxml and cryptography."""

import sys
import types
from pathlib import Path

if not __package__:
    # started by path: enter the addons as plain packages, without their models, which need Odoo
    _addons = Path(__file__).resolve().parents[2]
    for _name, _folder in (
        ("odoo", _addons),
        ("odoo.addons", _addons),
        ("odoo.addons.gym_cfdi", _addons / "gym_cfdi"),
        ("gym_cfdi_sandbox", _addons / "gym_cfdi_sandbox"),
    ):
        _package = types.ModuleType(_name)
        _package.__path__ = [str(_folder)]
        sys.modules[_name] = _package

from gym_cfdi_sandbox.sandbox.command import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main())
