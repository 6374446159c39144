from odoo import api, models


class GymAccessAct(models.AbstractModel):
    _inherit = "gym.access.act"

    @api.model
    def _let_in(self, visit, member, access_pass, location, answer, was_here):
        """Override of `gym_access`: gates hear of the visit that a pass without a member has left."""
        result = super()._let_in(visit, member, access_pass, location, answer, was_here)
        if not member:
            self.env["gym.gate.due"]._add(passes=access_pass)
        return result
