"""Completes an exported translation file with what was translated before, then with what other addons already say.

Called with the export, the file in the repository, and the folders of other addons' translations; writes the second and
prints how many terms still lack a translation. Odoo leaves out translations that equal their term, such as "CURP": the
file in the repository keeps them, so that a term without one is one that nobody has looked at.
"""

import sys
from pathlib import Path

import polib

# Latin American first: it is what Odoo falls back to for Mexico.
SPELLINGS = ("es_MX.po", "es_419.po", "es.po")


def words_of(file):
    """Translations by term of one file; none when there is no such file."""
    entries = polib.pofile(str(file)).translated_entries() if Path(file).exists() else []
    return {entry.msgid: entry.msgstr for entry in entries}


def words_of_others(folders):
    """Translations by term; the closest spelling and then the first folder win."""
    words = {}
    for spelling in SPELLINGS:
        for folder in folders:
            words = words_of(Path(folder, spelling)) | words
    return words


def main(exported, kept, *folders):
    """Write the file ``kept``."""
    po = polib.pofile(exported, wrapwidth=78)
    for get_words in (lambda: words_of(kept), lambda: words_of_others(folders)):
        if missing := po.untranslated_entries():
            words = get_words()
            for entry in missing:
                entry.msgstr = words.get(entry.msgid, "")
    if po.translated_entries() or po.untranslated_entries():
        po.save(kept)
    print(len(po.untranslated_entries()))


main(*sys.argv[1:])
