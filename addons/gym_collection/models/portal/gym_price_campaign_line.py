from odoo import models

from odoo.addons.gym_subscriptions.models.money import to_decimal


class GymPriceCampaignLine(models.Model):
    _inherit = "gym.price.campaign.line"

    def _needs_agreement(self):
        """Override of `gym_subscriptions`: a card is charged no more than what its payer agreed to."""
        self.ensure_one()
        one = self.subscription_id.sudo()
        amount = one._get_payer_price(self.campaign_id.price_id)
        mandate = one._get_portal_mandate()
        return bool(one.token_id.active) and amount > to_decimal(mandate.amount)
