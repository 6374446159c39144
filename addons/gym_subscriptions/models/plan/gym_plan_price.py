from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class GymPlanPrice(models.Model):
    """A price of a plan from a day on. Subscribers at an earlier one keep it until a price change moves them."""

    _name = "gym.plan.price"
    _description = "Price of a Plan"
    _inherit = ["gym.relation.guard"]
    _order = "valid_from desc, id desc"

    plan_id = fields.Many2one("gym.plan", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="plan_id.currency_id")
    amount = fields.Monetary(string="Price", required=True, help="Per period, IVA included.")
    valid_from = fields.Date(string="From", required=True, default=lambda self: self.env.company._today())
    subscription_ids = fields.One2many("gym.subscription", "price_id", string="Subscriptions")

    _amount_not_negative = models.Constraint("CHECK (amount >= 0)", "A price cannot be negative.")
    _one_a_day = models.UniqueIndex("(plan_id, valid_from)", "This plan already has a price from that day.")

    @api.depends("amount", "valid_from")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for price in self:
            price.display_name = self.env._(
                "%(amount)s from %(day)s",
                amount=price.currency_id.format(price.amount),
                day=format_date(self.env, price.valid_from),
            )

    def write(self, vals):
        if {"amount", "plan_id"} & vals.keys() and self.sudo().subscription_ids:
            raise UserError(
                self.env._("Somebody has subscribed at this price, so it stays. Add a new price from a later day.")
            )
        return super().write(vals)
