from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_gym_surplus(self):
        """Return how much of this payment has paid nothing yet, 0 or more."""
        self.ensure_one()
        return max(0.0, -sum(self._get_gym_open_receivables().mapped("amount_residual")))

    def _get_gym_open_receivables(self):
        return self.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable" and not line.reconciled
        )
