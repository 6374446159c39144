from odoo import fields, models
from odoo.exceptions import UserError

from .gym_subscription_change_plan import WHEN


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
