from odoo import fields, models

from ..domain.importing import statuses


class GymMemberImport(models.Model):
    """The words of the file that a person gives a meaning: those of its status, and others that an addon adds."""

    _inherit = "gym.member.import"

    import_status_ids = fields.One2many("gym.member.import.status", "import_id", string="Statuses")

    def _get_word_fields(self):
        """Return the names of the fields that hold words, each of a ``gym.member.import.word``. Hook: super first."""
        return ["import_status_ids"]

    def action_read(self):
        """Read the file, propose what its columns are, and what each word of them means."""
        result = super().action_read()
        self._sync_words()
        return result

    def action_check(self):
        """Begin the dry run; a column that was chosen since the file was read has its words listed first."""
        self.check_access("write")
        if self.state in ("mapping", "checked") and self._sync_words():
            self._back_to_mapping()
        return super().action_check()

    def _sync_words(self):
        """List the words of the columns that have some; return whether any was not listed before."""
        table = self._read_table()
        listed = []
        for name in self._get_word_fields():
            words = self[name].sudo()
            listed.append(words._sync(self, self._count_words(table, words)))
        return any(listed)

    def _count_words(self, table, words):
        column = self.column_ids.filtered(lambda one: one.field_code == words._field_code)[:1]
        counts = {}
        for text in table.column(column.header) if column else ():
            if name := " ".join(text.split()):
                counts[name] = counts.get(name, 0) + 1
        return counts

    def _get_status_meanings(self):
        """Return the meanings chosen for the words of the file, by :func:`~.statuses.status_key`."""
        words = self.sudo().import_status_ids.filtered("meaning")
        return {statuses.status_key(word.name): word.meaning for word in words}
