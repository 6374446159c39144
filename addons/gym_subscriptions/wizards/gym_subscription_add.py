from odoo import fields, models
from odoo.exceptions import UserError


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
