from odoo import api, models


class GymSubscription(models.Model):
    _inherit = "gym.subscription"

    @api.model
    def _get_entry_buttons(self):
        """Override of `gym_subscriptions`: who has no plan signs up at the desk."""
        sign_up = (self.env._("Sign up"), "action_sign_up")
        return super()._get_entry_buttons() | dict.fromkeys(("no_plan", "ended"), sign_up)
