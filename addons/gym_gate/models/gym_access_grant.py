from odoo import api, models


class GymAccessGrant(models.Model):
    _inherit = "gym.access.grant"

    @api.model
    def _forget(self, members=None, companies=None, locations=None):
        """Override of `gym_access`: gates hear of it too."""
        result = super()._forget(members, companies, locations)
        self.env["gym.gate.due"]._add(members=members, companies=companies, locations=locations)
        return result
