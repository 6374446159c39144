from odoo import api, fields, models


class GymSubscriptionCancel(models.TransientModel):
    _name = "gym.subscription.cancel"
    _description = "Cancel a Subscription"
    _inherit = ["gym.subscription.wizard"]

    at = fields.Selection(
        [
            ("period_end", "When what is paid is used up"),
            ("now", "At once"),
            ("withdrawal", "Withdrawal: everything is paid back"),
        ],
        string="When",
        default="period_end",
        required=True,
    )
    by = fields.Selection([("member", "The member"), ("staff", "The gym")], string="Asked For By", default="member")
    reason_id = fields.Many2one("gym.cancel.reason", string="Reason")
    note = fields.Text(string="In Their Words")
    is_fee_waived = fields.Boolean(string="Let the Fee Pass")
    is_rest_refunded = fields.Boolean(string="Pay Back the Days Left")
    offer = fields.Text(compute="_compute_offer")

    @api.depends("reason_id", "subscription_id")
    def _compute_offer(self):
        for wizard in self:
            offer = wizard.reason_id and wizard.reason_id._get_offer(wizard.subscription_id)
            wizard.offer = offer["text"] if offer else False

    def _get_preview_fields(self):
        return [*super()._get_preview_fields(), "at", "is_fee_waived", "is_rest_refunded"]

    def _get_preview(self, subscription):
        return subscription._preview_cancel(self.at, self.is_fee_waived, self.is_rest_refunded)

    def _apply(self, subscription):
        self._check_manager(self.is_fee_waived or self.is_rest_refunded)
        subscription._cancel(
            at=self.at,
            reason=self.reason_id,
            note=self.note or "",
            by=self.by or "staff",
            is_fee_waived=self.is_fee_waived,
            is_rest_refunded=self.is_rest_refunded,
        )
