from odoo import models
from odoo.fields import Domain

from .gym_chargeback import BARRING_STATES


class GymCharge(models.Model):
    """No card is charged whose holder disputes a charge, and no disputed invoice by itself."""

    _inherit = "gym.charge"

    def _get_tokens(self):
        tokens = super()._get_tokens()
        barred = (
            self.env["gym.chargeback"]
            .sudo()
            ._read_group(Domain("token_id", "in", tokens.ids) & Domain("state", "in", BARRING_STATES), ["token_id"])
        )
        return tokens - tokens.browse().concat(*(token for (token,) in barred))

    def _get_objections(self):
        disputed = self.move_id._get_disputes(BARRING_STATES)
        if disputed and self.move_id.amount_residual > 0:
            return [("disputed", {"day": disputed[0].date})]
        return super()._get_objections()
