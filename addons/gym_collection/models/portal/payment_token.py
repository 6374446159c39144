from odoo import models


class PaymentToken(models.Model):
    """A card that its owner deletes is charged no more: its subscriptions wait for another."""

    _inherit = "payment.token"

    def _handle_archiving(self):
        """Take these cards off the subscriptions that they pay."""
        result = super()._handle_archiving()
        running = self.env["gym.subscription"]._get_running_states()
        for subscription in self._get_gym_subscriptions():
            if subscription.state in running:
                subscription._set_token(self.browse())
            else:
                subscription.token_id = False
        return result

    def _get_gym_subscriptions(self):
        """Return, in sudo, the subscriptions that these cards pay."""
        return self.env["gym.subscription"].sudo().search([("token_id", "in", self.ids)])
