from odoo import models

from odoo.addons.gym_subscriptions.domain.proration import ZERO
from odoo.addons.gym_subscriptions.models.money import add_up


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_gym_surplus(self):
        """Return how much of this payment has paid nothing yet: ``Decimal``, 0 or more."""
        self.ensure_one()
        return max(ZERO, -add_up(self._get_gym_open_receivables().mapped("amount_residual")))

    def _get_gym_open_receivables(self):
        return self.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable" and not line.reconciled
        )
