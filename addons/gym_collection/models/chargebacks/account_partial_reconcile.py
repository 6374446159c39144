from odoo import api, models

from .gym_chargeback_books import UNDONE_ON


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.depends("debit_move_id.date", "credit_move_id.date")
    def _compute_max_date(self):
        """Override of `account`: what the bank left of a payment pays again on the day of the chargeback.

        Its IVA on cash basis is dated by this, and that of the whole payment was undone on the same day.
        """
        result = super()._compute_max_date()
        if undone_on := self.env.context.get(UNDONE_ON):
            for partial in self:
                partial.max_date = max(partial.max_date, undone_on)
        return result
