"""``scripts/translate``: brings the translation files up to date with the source and tells what lacks Spanish.

New terms enter ``i18n/es_MX.po``, terms that are gone leave it; what was translated stays. A new term that Odoo itself
uses, such as the label of a field that a model inherits, gets Odoo's own words.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from vigor import cache, console, odoo_cli, paths, prepared

# Latin American first: it is what Odoo falls back to for Mexico.
SPELLINGS = ("es_MX.po", "es_419.po", "es.po")


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
    command = [python, "-m", "vigor.translate", _aside(addon), file, *folders]  # which has polib
    return int(subprocess.check_output(command, env={**os.environ, "PYTHONPATH": str(paths.ROOT / "scripts")}))


# --- in the Python of the project


def words_of(file):
    """Translations by term of one file; none when there is no such file."""
    import polib

    entries = polib.pofile(str(file)).translated_entries() if Path(file).exists() else []
    return {entry.msgid: entry.msgstr for entry in entries}


def words_of_others(folders):
    """Translations by term; the closest spelling and then the first folder win."""
    words = {}
    for spelling in SPELLINGS:
        for folder in folders:
            words = words_of(Path(folder, spelling)) | words
    return words


def fill(exported, kept, *folders):
    """Complete an export with what ``kept`` says, then with what the others in ``folders`` say; write it into ``kept``.

    Prints how many terms lack a translation. Odoo leaves out translations that equal their term, such as "CURP": the
    file in the repository keeps them, so that a term without one is one that nobody has looked at.
    """
    import polib

    po = polib.pofile(exported, wrapwidth=78)
    for get_words in (lambda: words_of(kept), lambda: words_of_others(folders)):
        if missing := po.untranslated_entries():
            words = get_words()
            for entry in missing:
                entry.msgstr = words.get(entry.msgid, "")
    if po.translated_entries() or po.untranslated_entries():
        po.save(kept)
    print(len(po.untranslated_entries()))


if __name__ == "__main__":
    fill(*sys.argv[1:])
