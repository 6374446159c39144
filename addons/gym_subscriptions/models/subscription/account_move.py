from odoo import models

from ...domain.proration import ZERO
from ..money import to_decimal


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_due_lines(self):
        """Return the lines that charge something; what shares the invoice or credit note with them is of other ones."""
        return self.invoice_line_ids.filtered(lambda line: line._get_due() > 0)

    def _get_invoicing_url(self):
        """Return where the payer of this sale gets its tax invoice, for a QR on paper; empty when nowhere."""
        self.ensure_one()
        return ""

    def _get_charged(self):
        """Return what these moves charge, or give back when they are credit notes, IVA included."""
        totals = (to_decimal(line.price_total) for line in self.invoice_line_ids)
        return sum((total for total in totals if total > 0), ZERO)

    def _get_credit_notes_by_hand(self):
        """Return the posted credit notes of this invoice that no subscription made."""
        self.ensure_one()
        notes = self.reversal_move_ids.filtered(lambda note: note.state == "posted")
        dues = self.env["gym.due"].sudo().search([("move_id", "in", notes.ids)])
        return notes - dues.move_id
