"""Lets pytest run the tests of every addon's plain Python (:data:`PLAIN`) without Odoo.

Importing ``gym_members.domain`` would first run ``gym_members/__init__.py``, which imports models and with them Odoo.
Each addon is therefore entered as an empty package that has its folder as path.
"""

import sys
import types
from pathlib import Path

from hypothesis import settings

ADDONS = Path(__file__).parent

# Properties are about results; how long one example takes says only how busy the machine is.
settings.register_profile("vigor", deadline=None)
settings.load_profile("vigor")
PLAIN = ("domain", "services", "sandbox")


def pytest_ignore_collect(collection_path, config):
    """Leave everything else to Odoo's own test runner."""
    parts = collection_path.relative_to(ADDONS).parts if collection_path.is_relative_to(ADDONS) else ()
    return True if len(parts) >= 2 and parts[1] not in PLAIN else None


def _enter_without_running(folder):
    package = types.ModuleType(folder.name)
    package.__path__ = [str(folder)]
    package.__file__ = str(folder / "__init__.py")
    sys.modules[folder.name] = package


for addon in {folder.parent for name in PLAIN for folder in ADDONS.glob(f"*/{name}")}:
    _enter_without_running(addon)
