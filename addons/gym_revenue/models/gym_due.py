from odoo import models


class GymDue(models.Model):
    _inherit = "gym.due"

    def _get_service_vals(self):
        """Override of `gym_subscriptions`: what gives a line back tells its days, however that line was spread."""
        values = super()._get_service_vals()
        if self.reversed_line_id:
            return values | self.company_id._prepare_gym_service(self.date_start, self.date_end)
        return values
