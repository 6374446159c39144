from odoo import api, models


class GymSubscription(models.Model):
    """The one gate through which a subscription changes its state."""

    _inherit = "gym.subscription"

    @api.model
    def _get_running_states(self):
        """Return the states of a contract that goes on: neither a draft nor over."""
        return ["trialing", "active", "past_due", "suspended", "frozen"]
