"""``scripts/translate``: brings the translation files up to date with the source and tells what lacks Spanish.

New terms enter ``i18n/es_MX.po``, terms that are gone leave it; what was translated stays. A new term that Odoo itself
uses, such as the label of a field that a model inherits, gets Odoo's own words.
"""

import argparse
import subprocess
from pathlib import Path

from vigor import cache, console, odoo_cli, paths, prepared

FILLER = Path(__file__).with_name("po_filler.py")


def main(arguments):
    """Export the terms of the named addons, or of all."""
    known = odoo_cli.manifests()
    parser = argparse.ArgumentParser(prog="scripts/translate", description=__doc__)
    parser.add_argument("addons", nargs="*", metavar="ADDON", help="without one, every addon")
    addons = parser.parse_args(arguments).addons or list(known)
    if unknown := set(addons) - set(known):
        raise console.Problem(f"There is no addon named {', '.join(unknown)}.", f"Addons: {', '.join(known)}")
    store = cache.Cache()
    with prepared.scratch(store, "translate", addons) as (odoo, database):
        log = paths.log_file("translate")
        with console.step("Exporting the terms", log):
            for addon in addons:
                _export(odoo, database, addon, log)
        foreign = odoo_cli.foreign_dependencies(addons, known)
        folders = [path / name / "i18n" for path in odoo.source.addons_path for name in [*foreign, "base"]]
    missing = {addon: count for addon in addons if (count := _fill(odoo.python, addon, folders))}
    for addon, count in missing.items():
        console.say(f"{addon}: {count} terms lack a translation in i18n/{odoo_cli.LANGUAGE}.po")
    return 1 if missing else 0


def _export(odoo, database, addon, log):
    """Write the terms of one addon, the template in its place and the translation aside.

    Odoo would read the present translations of code from the very file that it overwrites.
    """
    folder = paths.ADDONS / addon / "i18n"
    folder.mkdir(exist_ok=True)
    for language, file in (("pot", folder / f"{addon}.pot"), (odoo_cli.LANGUAGE, _aside(addon))):
        command = odoo.command("i18n export", "-d", database, "-l", language, "-o", file, "--", addon)
        console.must(command, log, f"The terms of {addon} could not be exported.", env=odoo.environment)


def _aside(addon):
    return paths.LOGS / f"{addon}.{odoo_cli.LANGUAGE}.po"


def _fill(python, addon, folders):
    """Complete the export with what was translated before and with Odoo's own words; return how many terms lack one."""
    file = paths.ADDONS / addon / "i18n" / f"{odoo_cli.LANGUAGE}.po"
    return int(subprocess.check_output([python, FILLER, _aside(addon), file, *folders]))
