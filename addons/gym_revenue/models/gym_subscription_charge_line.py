from odoo import models


class GymSubscriptionChargeLine(models.Model):
    _inherit = "gym.subscription.charge.line"

    def _get_service_vals(self):
        """Override of `gym_subscriptions`: what gives a line back follows that line, however it was spread."""
        self.ensure_one()
        if not self.reversed_line_id:
            return super()._get_service_vals()
        days = self.company_id._prepare_gym_service(self.date_start, self.date_end)
        return super()._get_service_vals() | days | {"gym_reversed_line_id": self.reversed_line_id.id}
