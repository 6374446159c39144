from odoo import fields, models

from ..domain.importing import statuses
from ..domain.importing.issues import UnreadableValue


class GymMemberImportStatus(models.Model):
    """A word of the old system for a member's status, and what it means; nobody is billed for one without a meaning."""

    _name = "gym.member.import.status"
    _description = "Status Word of a Member Import"
    _inherit = ["gym.member.import.word"]
    _field_code = "status"

    name = fields.Char(string="Status in the File")
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

    def _propose(self, job, names):
        return {name: {"meaning": _known_meaning(name)} for name in names}


def _known_meaning(name):
    try:
        return statuses.parse_status(name)
    except UnreadableValue:
        return False
