from odoo import api, models


class GymPromotion(models.Model):
    _inherit = "gym.promotion"

    @api.model
    def _find_for(self, subscription, day, code=None):
        """Override of `gym_subscriptions`: who was invited begins with the program's promotion or a coupon."""
        if not code:
            promotion = subscription._get_referral_program().friend_promotion_id
            if promotion and not promotion._get_refusal(subscription, day):
                return promotion, self.env["gym.coupon"].sudo()
        return super()._find_for(subscription, day, code)
