from odoo import models


class GymSubscriptionFreeze(models.Model):
    _inherit = "gym.subscription.freeze"

    def _move(self, before, after):
        result = super()._move(before, after)
        self.subscription_id._update_cover()
        return result
