from odoo import api, fields, models
from odoo.exceptions import UserError

WHEN = [("now", "At once"), ("period_end", "When what is paid is used up")]


class GymSubscriptionChangePlan(models.TransientModel):
    _name = "gym.subscription.change.plan"
    _description = "Change of Plan"
    _inherit = ["gym.subscription.wizard"]

    plan_ids = fields.Many2many("gym.plan", compute="_compute_plan_ids")
    plan_id = fields.Many2one("gym.plan", string="New Plan", domain="[('id', 'in', plan_ids)]")
    when = fields.Selection(WHEN, compute="_compute_when", store=True, readonly=False, precompute=True, required=True)

    @api.depends("subscription_id")
    def _compute_plan_ids(self):
        for wizard in self:
            domain = self.env["gym.plan"]._get_sold_at_domain(wizard.subscription_id.location_id)
            wizard.plan_ids = self.env["gym.plan"].search(domain) - wizard.subscription_id.plan_id

    @api.depends("plan_id")
    def _compute_when(self):
        for wizard in self:
            is_upgrade = wizard.plan_id.tier > wizard.subscription_id.plan_id.tier
            wizard.when = "now" if is_upgrade else "period_end"

    def _get_preview_fields(self):
        return [*super()._get_preview_fields(), "plan_id", "when"]

    def _get_preview(self, subscription):
        return subscription._preview_change_plan(self.plan_id, self.when) if self.plan_id else None

    def _apply(self, subscription):
        if not self.plan_id:
            raise UserError(self.env._("Choose the new plan."))
        subscription._change_plan(self.plan_id, self.when)
