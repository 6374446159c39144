from odoo import api, fields, models
from odoo.exceptions import UserError


class GymSubscriptionBegin(models.TransientModel):
    _name = "gym.subscription.begin"
    _description = "Begin a Subscription"
    _inherit = ["gym.subscription.wizard"]

    how = fields.Selection(
        [("paid", "It is paid"), ("gift", "It is a gift"), ("free", "It is free")],
        default="paid",
        required=True,
    )
    code = fields.Char(string="Coupon")
    gift_partner_id = fields.Many2one("res.partner", string="Gift Of")
    gift_periods = fields.Integer(string="Periods", default=1)
    free_reason = fields.Char(string="Why It Is Free")
    date_end = fields.Date(string="Free Until", help="First day without access; empty: no end.")

    is_second_wanted = fields.Boolean(string="Begin a Second One", help="The member has this plan already.")
    is_twin = fields.Boolean(compute="_compute_is_twin", string="Has This Plan")

    @api.depends("subscription_id")
    def _compute_is_twin(self):
        for wizard in self:
            wizard.is_twin = bool(wizard._get_checked()._get_twins())

    def _get_preview_fields(self):
        return [*super()._get_preview_fields(), "how", "code", "gift_partner_id", "gift_periods"]

    def _get_preview(self, subscription):
        if self.how == "free":
            facts = [*subscription._get_twin_facts(), self.env._("Nothing will be charged.")]
            return {"lines": [], "facts": facts}
        if self.how == "gift":
            if not self.gift_partner_id:
                return None
            target = subscription._get_virtual()
            target.gift_partner_id = self.gift_partner_id
            return target._preview_activate(self.code, max(1, self.gift_periods))
        return subscription._preview_activate(self.code)

    def _apply(self, subscription):
        if not self.is_second_wanted:
            subscription._check_no_twin()
        if self.how == "free":
            self._apply_free(subscription)
        elif self.how == "gift":
            if not self.gift_partner_id:
                raise UserError(self.env._("Say who gives it: they get the invoice."))
            self._check_readable(self.gift_partner_id)
            subscription.gift_partner_id = self.gift_partner_id
            subscription._activate(self.code, max(1, self.gift_periods))
        else:
            subscription._activate(self.code)

    def _apply_free(self, subscription):
        """Begin it free of charge, or ask a manager to when the user is none."""
        if not self.free_reason:
            raise UserError(self.env._("Write why it is free, for the person who approves it."))
        if self.is_manager:
            subscription._activate_free(self.free_reason, self.date_end)
        else:
            subscription._ask_for_free(self.free_reason, self.date_end)
