from odoo import models


class GymSubscription(models.Model):
    _inherit = "gym.subscription"

    def _announce_renewals(self, until):
        """Send the notices of the next renewals of these subscriptions that are not later than the date ``until``."""
        self.env["gym.charge.notice"]._announce(self, until)
