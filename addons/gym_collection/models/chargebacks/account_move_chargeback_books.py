from odoo import models

from .gym_chargeback_books import UNDONE_ON


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_accounting_date(self, invoice_date, has_tax, lock_dates=None):
        """Override of `account`: what a chargeback undoes is undone on its day, not in the month of the payment."""
        undone_on = self.env.context.get(UNDONE_ON)
        day = max(invoice_date, undone_on) if undone_on and invoice_date else invoice_date
        return super()._get_accounting_date(day, has_tax, lock_dates=lock_dates)
