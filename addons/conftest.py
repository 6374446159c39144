"""Lets pytest run the tests of every addon's plain Python (:data:`PLAIN`) without Odoo.

Importing ``gym_members.domain`` would first run ``gym_members/__init__.py``, which imports models and with them Odoo.
Each addon is therefore entered as an empty package that has its folder as path: by its own name, as its tests are
found, and below ``odoo.addons``, as the rules of an addon import those of an addon that it depends on.
"""

import os
import sys
import types
from pathlib import Path

from hypothesis import settings

ADDONS = Path(__file__).parent

# Properties are about results; how long one example takes says only how busy the machine is. A change is judged by the
# same examples as the one before it; drills draw others (VIGOR_DRAW).
settings.register_profile("vigor", deadline=None, derandomize=not os.environ.get("VIGOR_DRAW"), database=None)
settings.load_profile("vigor")
PLAIN = ("domain", "services", "sandbox", "gate", "emulators")
# numpy's threads wait for each other by spinning: on a busy machine they take four times the CPU of one
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")


def pytest_ignore_collect(collection_path, config):
    """Leave everything else to Odoo's own test runner."""
    parts = collection_path.relative_to(ADDONS).parts if collection_path.is_relative_to(ADDONS) else ()
    return True if len(parts) >= 2 and parts[1] not in PLAIN else None


def _enter_without_running(name, folder):
    package = types.ModuleType(name)
    package.__path__ = [str(folder)]
    sys.modules[name] = package


_enter_without_running("odoo", ADDONS)
_enter_without_running("odoo.addons", ADDONS)
for addon in {folder.parent for name in PLAIN for folder in ADDONS.glob(f"*/{name}")}:
    _enter_without_running(addon.name, addon)
    _enter_without_running(f"odoo.addons.{addon.name}", addon)
