"""Fills a translation file with what other addons already say in Spanish; prints how many terms still lack one."""

import sys
from pathlib import Path

import polib

# Latin American first: it is what Odoo falls back to for Mexico.
SPELLINGS = ("es_MX.po", "es_419.po", "es.po")


def known_words(folders):
    """Translations by term; the first folder and the closest spelling win."""
    words = {}
    for spelling in SPELLINGS:
        for folder in folders:
            if (file := Path(folder, spelling)).exists():
                for entry in polib.pofile(str(file)).translated_entries():
                    words.setdefault(entry.msgid, entry.msgstr)
    return words


def main(path, *folders):
    """Fill the file at ``path`` from the ``folders``."""
    po = polib.pofile(path, wrapwidth=78)
    if po.untranslated_entries():
        words = known_words(folders)
        for entry in po.untranslated_entries():
            entry.msgstr = words.get(entry.msgid, "")
        po.save()
    print(len(po.untranslated_entries()))


main(*sys.argv[1:])
