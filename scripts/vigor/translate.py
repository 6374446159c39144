"""``scripts/translate``: brings the translation files up to date with the source and tells what lacks Spanish.

New terms enter ``i18n/es_MX.po`` without a translation, terms that are gone leave it; what was translated stays.
"""

import argparse
import subprocess

from vigor import cache, console, odoo_cli, paths, python_env, scratch

COUNT_UNTRANSLATED = "import polib, sys; print(len(polib.pofile(sys.argv[1]).untranslated_entries()))"


def main(arguments):
    """Export the terms of the named addons, or of all."""
    known = odoo_cli.manifests()
    parser = argparse.ArgumentParser(prog="scripts/translate", description=__doc__)
    parser.add_argument("addons", nargs="*", metavar="ADDON", help="without one, every addon")
    addons = parser.parse_args(arguments).addons or list(known)
    if unknown := set(addons) - set(known):
        raise console.Problem(f"There is no addon named {', '.join(unknown)}.", f"Addons: {', '.join(known)}")
    store = cache.Cache()
    python = python_env.prepare(store, with_tests=True)
    with scratch.database(python, store, "translate", addons) as (odoo, database):
        log = paths.log_file("translate")
        for addon in addons:
            (paths.ADDONS / addon / "i18n").mkdir(exist_ok=True)
        command = odoo.command("i18n export", "-d", database, "-l", "pot", odoo_cli.LANGUAGE, "--", *addons)
        with console.step("Exporting the terms", log):
            console.must(command, log, "The terms could not be exported.", env=odoo.environment)
    missing = {addon: count for addon in addons if (count := _untranslated(python, addon))}
    for addon, count in missing.items():
        console.say(f"{addon}: {count} terms lack a translation in i18n/{odoo_cli.LANGUAGE}.po")
    return 1 if missing else 0


def _untranslated(python, addon):
    file = paths.ADDONS / addon / "i18n" / f"{odoo_cli.LANGUAGE}.po"
    if not file.exists():
        return 0
    return int(subprocess.check_output([python, "-c", COUNT_UNTRANSLATED, file]))
