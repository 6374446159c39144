from odoo import models


class GymPlan(models.Model):
    """How members read a plan."""

    _inherit = "gym.plan"

    def _get_portal_cycle(self):
        """Return the words after the price: how often it is charged."""
        self.ensure_one()
        if self.period_count != 1:
            return self._get_cycle_text().lower()
        return {
            "day": self.env._("a day"),
            "week": self.env._("a week"),
            "fortnight": self.env._("a fortnight"),
            "month": self.env._("a month"),
            "year": self.env._("a year"),
        }[self.period_unit]
