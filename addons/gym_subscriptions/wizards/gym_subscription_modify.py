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


class GymSubscriptionAdd(models.TransientModel):
    _name = "gym.subscription.add"
    _description = "New Seat or Add-on"
    _inherit = ["gym.subscription.wizard"]

    kind = fields.Selection([("addon", "Add-on"), ("seat", "Seat")], default="addon", required=True)
    plan_id = fields.Many2one(related="subscription_id.plan_id")
    plan_kind = fields.Selection(related="plan_id.kind", string="Kind of Plan")
    addon_id = fields.Many2one("gym.plan.addon", string="Add-on", domain="[('plan_ids', 'in', plan_id)]")
    quantity = fields.Integer(default=1)
    member_id = fields.Many2one("gym.member", string="Member", domain="[('company_id', '=', company_id)]")

    def _get_preview_fields(self):
        return [*super()._get_preview_fields(), "kind", "addon_id", "quantity", "member_id"]

    def _get_preview(self, subscription):
        if self.kind == "seat":
            return subscription._preview_add_seat(self.member_id) if self.member_id else None
        return subscription._preview_add_addon(self.addon_id, self.quantity) if self.addon_id else None

    def _apply(self, subscription):
        if self.kind == "seat" and self.member_id:
            self._check_readable(self.member_id)
            subscription._add_seat(self.member_id)
        elif self.kind == "addon" and self.addon_id:
            subscription._add_addon(self.addon_id, max(1, self.quantity))
        else:
            raise UserError(self.env._("Choose what to add."))


class GymSubscriptionRemove(models.TransientModel):
    _name = "gym.subscription.remove"
    _description = "Seat or Add-on Taken Away"
    _inherit = ["gym.subscription.wizard"]

    line_id = fields.Many2one(
        "gym.subscription.line",
        string="What",
        domain="[('subscription_id', '=', subscription_id), ('is_live', '=', True)]",
        ondelete="cascade",
    )
    when = fields.Selection(WHEN, default="period_end", required=True)

    def _get_preview_fields(self):
        return [*super()._get_preview_fields(), "line_id", "when"]

    def _get_preview(self, subscription):
        return subscription._preview_remove_line(self.line_id, self.when) if self.line_id else None

    def _apply(self, subscription):
        if not self.line_id:
            raise UserError(self.env._("Choose what to take away."))
        subscription._remove_line(self.line_id, self.when)


class GymSubscriptionParty(models.TransientModel):
    _name = "gym.subscription.party"
    _description = "Another Payer, Branch, Member or Agreement"
    _inherit = ["gym.subscription.wizard"]

    what = fields.Selection(
        [
            ("payer", "Somebody else pays"),
            ("branch", "Another branch"),
            ("transfer", "Pass it to another member"),
            ("agreement", "Another corporate agreement, or none"),
        ],
        default="payer",
        required=True,
    )
    partner_id = fields.Many2one("res.partner", string="New Payer")
    location_id = fields.Many2one(
        "gym.location", string="New Branch", domain="[('kind', '=', 'branch'), ('company_id', '=', company_id)]"
    )
    member_id = fields.Many2one("gym.member", string="New Member", domain="[('company_id', '=', company_id)]")
    agreement_id = fields.Many2one(
        "gym.corporate.agreement", string="New Agreement", domain="[('company_id', '=', company_id)]"
    )

    def _apply(self, subscription):
        if self.what == "agreement":
            self._check_manager(True)
            self._check_readable(self.agreement_id)
            subscription._change_agreement(self.agreement_id)
            return
        records = {"payer": self.partner_id, "branch": self.location_id, "transfer": self.member_id}
        verbs = {"payer": "_change_payer", "branch": "_change_branch", "transfer": "_transfer"}
        record = records[self.what]
        if not record:
            raise UserError(self.env._("Choose who or where."))
        self._check_readable(record)
        getattr(subscription, verbs[self.what])(record)
