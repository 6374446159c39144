from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_portal_payable(self):
        """Override of `gym_subscriptions`: nobody pays what a card is being charged for."""
        return (
            super()
            ._get_portal_payable()
            .filtered(lambda move: not move.gym_charge_ids.filtered(lambda one: one.state in ("sent", "in_doubt")))
        )
