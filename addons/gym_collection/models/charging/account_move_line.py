from odoo import models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _get_gym_credit_owner(self):
        """Return whose money is left on this line: of the person whose invoices it paid, else of whom it names."""
        self.ensure_one()
        paid = self.matched_debit_ids.debit_move_id.move_id.filtered("gym_location_id").partner_id
        return paid if len(paid) == 1 else self.move_id.partner_id or self.partner_id
