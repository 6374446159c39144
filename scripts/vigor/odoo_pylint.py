"""Runs the pylint of Odoo's addon ``test_lint`` over the addons of a folder, with Odoo's own options and checkers.

Started by the project's Python with Odoo on its path: ``odoo_pylint.py ADDONS ADDONS_OF_ODOO...``. All addons in one
run: to know what they inherit, pylint reads much of Odoo, and a run for each addon takes four times as long.
"""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from unittest import SkipTest
from unittest.mock import patch

sys.path.pop(0)

from odoo.modules import Manifest  # noqa: E402
from odoo.tools import config, constants, parse_version  # noqa: E402


def main(addons, odoo_addons):
    """Print what pylint complains about.

    :return: the exit code
    """
    config.parse_config(["--addons-path", ",".join([addons, *odoo_addons])])
    # its folder imports addons, which the configuration has to know first
    from odoo.addons.test_lint.tests import test_pylint

    names = sorted(file.parent.name for file in Path(addons).glob("*/__manifest__.py"))
    manifests = [Manifest.for_addon(name) for name in names]
    with (
        patch.object(Manifest, "all_addon_manifests", lambda: manifests),
        patch.object(test_pylint, "tools", _tools(manifests[0].path)),
        patch.object(test_pylint, "subprocess", SimpleNamespace(run=_run)),
    ):
        try:
            test_pylint.TestPyLint("test_pylint").test_pylint()
        except (AssertionError, SkipTest) as complaint:
            print(complaint)
            return 1
    return 0


def _tools(folder):
    """``odoo.tools`` for a test that would lint all of Odoo besides."""

    class Config:
        root_path = folder

        def __getitem__(self, name):
            return config[name]

    return SimpleNamespace(config=Config(), parse_version=parse_version, constants=constants)


def _run(command, **options):
    """Comments in the source also name checks of pylint-odoo, which this run does not have."""
    return subprocess.run([*command, "--disable=unknown-option-value"], **options)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
