"""Lets pytest run the ``domain/`` tests of every addon without Odoo.

``domain/`` is plain Python, but importing ``gym_members.domain`` would first run ``gym_members/__init__.py``, which
imports models and with them Odoo. Each addon is therefore entered as an empty package that has its folder as path.
"""

import sys
import types
from pathlib import Path

ADDONS = Path(__file__).parent


def pytest_ignore_collect(collection_path, config):
    """Leave everything outside ``domain/`` to Odoo's own test runner."""
    parts = collection_path.relative_to(ADDONS).parts if collection_path.is_relative_to(ADDONS) else ()
    return True if len(parts) >= 2 and parts[1] != "domain" else None


def _enter_without_running(addon):
    package = types.ModuleType(addon.name)
    package.__path__ = [str(addon)]
    package.__file__ = str(addon / "__init__.py")
    sys.modules[addon.name] = package


for domain in ADDONS.glob("*/domain"):
    _enter_without_running(domain.parent)
