from odoo import api, fields, models

from odoo.addons.gym_members.models.turn import take_turn

from ...domain import pricing
from ..plan.gym_promotion import EFFECTS, to_effect


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
    plan_id = fields.Many2one("gym.plan", required=True, ondelete="restrict", readonly=True)
    effect = fields.Selection(EFFECTS, required=True, readonly=True)
    percent = fields.Float(digits=(5, 2), readonly=True)
    amount = fields.Monetary(readonly=True)
    periods = fields.Integer(readonly=True, help="How many periods it holds for; 0: all.")
    periods_used = fields.Integer(readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        """Use what is limited in turn, so that two people cannot have the last use."""
        uses = super().create(vals_list)
        for limited in (uses.coupon_id, uses.promotion_id):
            take_turn(limited.sudo().filtered("max_uses"))
        return uses

    @api.depends("promotion_id", "coupon_id")
    def _compute_display_name(self):
        for use in self:
            use.display_name = " · ".join(filter(None, (use.promotion_id.name, use.coupon_id.code)))

    def _to_rule(self, ahead=0):
        """Return this promotion as the domain knows it.

        :param int ahead: after so many more whole periods; negative: as it was before the last ones
        """
        self.ensure_one()
        return pricing.Promotion(to_effect(self), self.periods, self.periods_used + ahead)

    def _count(self, step):
        """Count one period more (1) or less (-1) as used up."""
        for use in self:
            use.periods_used = max(0, use.periods_used + step)

    def _is_for(self, plan):
        """Tell whether it lowers the dues of ``plan``.

        A price of its own does so for the plan it was given with. What holds for a number of periods holds for periods
        as long as those of that plan: a month free is no year free.
        """
        self.ensure_one()
        if self.effect == pricing.PRICE:
            return self.plan_id == plan
        if self.periods and self.plan_id._get_cycle_key() != plan._get_cycle_key():
            return False
        return not self.promotion_id.plan_ids or plan in self.promotion_id.plan_ids
