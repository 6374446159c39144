"""``scripts/pac-sandbox``; also runs by its path alone, with a Python that has lxml and cryptography."""

import sys
import types
from pathlib import Path

if not __package__:
    # started by path: enter the addon as a plain package, without its models, which need Odoo
    _addon = types.ModuleType("gym_cfdi")
    _addon.__path__ = [str(Path(__file__).resolve().parents[1])]
    sys.modules["gym_cfdi"] = _addon

from gym_cfdi.sandbox.command import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main())
