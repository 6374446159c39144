from odoo import fields, models

from ..domain.importing import statuses
from ..domain.importing.issues import UnreadableValue


class GymMemberImportStatus(models.Model):
    """A word of the old system for a member's status, and what it means; nobody is billed for one without a meaning."""

    _name = "gym.member.import.status"
    _description = "Status Word of a Member Import"
    _inherit = ["gym.relation.guard"]
    _order = "row_count desc, id"

    import_id = fields.Many2one("gym.member.import", required=True, index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one(related="import_id.company_id", store=True, index=True)
    name = fields.Char(string="Status in the File", required=True, readonly=True)
    row_count = fields.Integer(string="Rows", readonly=True)
    meaning = fields.Selection(
        [
            (statuses.ACTIVE, "Active"),
            (statuses.TRIAL, "On trial"),
            (statuses.PAST_DUE, "Active, owes"),
            (statuses.FROZEN, "Paused"),
            (statuses.FORMER, "Left"),
            (statuses.PROSPECT, "Prospect"),
        ],
        string="Means",
        help="Empty: the dates of the row alone decide, and no subscription begins.",
    )

    _once = models.UniqueIndex("(import_id, name)", "This status is already in the list.")

    def write(self, vals):
        self.import_id._check_can_change()
        result = super().write(vals)
        self.import_id._back_to_mapping()
        return result


class GymMemberImport(models.Model):
    _inherit = "gym.member.import"

    import_status_ids = fields.One2many("gym.member.import.status", "import_id", string="Statuses")

    def action_read(self):
        """Read the file, propose what its columns are, and what each of its words for a status means."""
        result = super().action_read()
        self._sync_statuses()
        return result

    def action_check(self):
        """Begin the dry run; a column that was made the status since the file was read has its words listed first."""
        self.check_access("write")
        if self.state in ("mapping", "checked") and self._sync_statuses():
            self._back_to_mapping()
        return super().action_check()

    def _sync_statuses(self):
        """List the words for a status that the file has; those listed already keep the meaning chosen.

        :return: the ones listed now
        """
        column = self.column_ids.filtered(lambda one: one.field_code == "status")[:1]
        known = self.import_status_ids.sudo()
        if not column:
            known.unlink()
            return known.browse()
        counts = {}
        for text in self._read_table().column(column.header):
            if name := " ".join(text.split()):
                counts[name] = counts.get(name, 0) + 1
        known.filtered(lambda one: one.name not in counts).unlink()
        listed = set(known.exists().mapped("name"))
        return known.create(
            [
                {"import_id": self.id, "name": name, "row_count": count, "meaning": _proposed(name)}
                for name, count in counts.items()
                if name not in listed
            ]
        )

    def _get_status_meanings(self):
        """Return the meanings chosen for the words of the file, by :func:`~.statuses.status_key`."""
        words = self.sudo().import_status_ids.filtered("meaning")
        return {statuses.status_key(word.name): word.meaning for word in words}


def _proposed(name):
    try:
        return statuses.parse_status(name)
    except UnreadableValue:
        return False
