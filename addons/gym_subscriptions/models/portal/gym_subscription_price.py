from odoo import models
from odoo.exceptions import UserError

from .gym_subscription_confirm import PreviewChanged


class GymSubscription(models.Model):
    """A new price that was told to the payer, and what they answer in the portal."""

    _inherit = "gym.subscription"

    def _get_portal_price_line(self):
        """Return, in sudo, the line of the price change that waits for an answer, or whose answer may be changed."""
        self.ensure_one()
        lines = (
            self.env["gym.price.campaign.line"]
            .sudo()
            .search([("subscription_id", "=", self.id), ("campaign_id.state", "=", "told")], order="id desc")
        )
        return lines.filtered(lambda line: line._is_open())[:1]

    def _answer_price_as_shown(self, answer, digest):
        """Record what the payer answers to the new price that they were shown.

        :param str digest: of ``gym.price.campaign.line._get_digest``, from the page on which it was answered
        :raise PreviewChanged: when the price is another one now, or takes no answers any more
        :raise UserError: when it is no answer
        """
        self._wait_for_turn()
        line = self._get_portal_price_line()
        if not line or digest != line._get_digest():
            raise PreviewChanged(self.env._("The price has changed since you saw it. Read it again, please."))
        if answer not in ("accepted", "declined"):
            raise UserError(self.env._("Choose whether you accept the new price."))
        line._answer(answer)
