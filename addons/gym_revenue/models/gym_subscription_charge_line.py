from odoo import models


class GymSubscriptionChargeLine(models.Model):
    _inherit = "gym.subscription.charge.line"

    def _get_service_vals(self):
        """Override of `gym_subscriptions`: what gives a line back tells its days, however that line was spread."""
        values = super()._get_service_vals()
        if self.reversed_line_id:
            return values | self.company_id._prepare_gym_service(self.date_start, self.date_end)
        return values
