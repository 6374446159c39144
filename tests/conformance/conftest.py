"""Lets these tests import the ``domain/`` of the addons when they run on their own."""

import importlib.util
import sys
from pathlib import Path

if "gym_cfdi" not in sys.modules:
    path = Path(__file__).parents[2] / "addons" / "conftest.py"
    spec = importlib.util.spec_from_file_location("addons_conftest", path)
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
