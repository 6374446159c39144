from odoo import models


class PosPaymentMethod(models.Model):
    _inherit = "pos.payment.method"

    def _prepare_gym_method_line(self, journal):
        """Return the values of the line by which ``journal``, that of the dues at the till, knows this means."""
        self.ensure_one()
        return {
            "name": self.name,
            "payment_method_id": self.env.ref("account.account_payment_method_manual_in").id,
            "journal_id": journal.id,
            "payment_account_id": journal.default_account_id.id,
            "gym_pos_method_id": self.id,
        }
