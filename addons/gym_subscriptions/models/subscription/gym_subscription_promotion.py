from odoo import api, fields, models

from ..gym_promotion import EFFECTS


class GymSubscriptionPromotion(models.Model):
    """A promotion as a subscription got it; it holds whatever happens to the promotion afterwards."""

    _name = "gym.subscription.promotion"
    _description = "Promotion of a Subscription"
    _order = "id"

    subscription_id = fields.Many2one("gym.subscription", required=True, index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one(related="subscription_id.company_id", store=True, index=True)
    location_id = fields.Many2one(related="subscription_id.location_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    promotion_id = fields.Many2one("gym.promotion", required=True, index=True, ondelete="restrict", readonly=True)
    coupon_id = fields.Many2one("gym.coupon", index="btree_not_null", ondelete="restrict", readonly=True)
    effect = fields.Selection(EFFECTS, required=True, readonly=True)
    percent = fields.Float(digits=(5, 2), readonly=True)
    amount = fields.Monetary(readonly=True)
    periods = fields.Integer(readonly=True, help="How many periods it holds for; 0: all.")
    periods_used = fields.Integer(readonly=True)

    @api.depends("promotion_id", "coupon_id")
    def _compute_display_name(self):
        for use in self:
            use.display_name = " · ".join(filter(None, (use.promotion_id.name, use.coupon_id.code)))
