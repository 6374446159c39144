from odoo import api, fields, models


class GymSubscription(models.Model):
    _inherit = "gym.subscription"

    uncharged_reason = fields.Text(
        string="Why No Card Is Charged",
        compute="_compute_uncharged_reason",
        help="What card and consent lack for automatic charges, and what to do.",
    )

    @api.depends("token_id", "payer_id", "plan_id", "state", "mandate_ids.is_live")
    @api.depends_context("lang")
    def _compute_uncharged_reason(self):
        """Ask the charge guard about the next dues; notices of renewal go out by themselves, so they are left aside."""
        explain = self.env["gym.charge"]._explain
        for subscription in self:
            day = subscription.next_bill_date or subscription.location_id._today()
            reasons = subscription._decide_charge(subscription._get_payer_price(), day, day, False).reasons
            subscription.uncharged_reason = "\n".join(explain(reason.code, reason.values) for reason in reasons)
