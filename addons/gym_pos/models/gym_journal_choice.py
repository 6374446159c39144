from odoo import models


class GymJournalChoice(models.AbstractModel):
    _inherit = "gym.journal.choice"

    def _get_journals(self):
        """Leave out the journal of the till: only a session takes money there."""
        journals = super()._get_journals()
        return journals - journals.company_id.gym_pos_journal_id
