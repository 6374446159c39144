from odoo import models


class GymAccessCard(models.Model):
    _inherit = "gym.access.card"

    def write(self, vals):
        """Override: gates hear of a new code and of a card that was revoked."""
        result = super().write(vals)
        if not {"code_hash", "revoked_at"}.isdisjoint(vals):
            self.env["gym.gate.due"]._add(members=self.sudo().member_id)
        return result
