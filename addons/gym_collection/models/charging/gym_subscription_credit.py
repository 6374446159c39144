from odoo import api, fields, models


class GymSubscription(models.Model):
    _inherit = "gym.subscription"

    payer_credit = fields.Monetary(
        string="Credit", compute="_compute_payer_credit", help="What the payer has left for the next invoices."
    )

    @api.depends("payer_id", "company_id")
    def _compute_payer_credit(self):
        for subscription in self:
            partner, company = subscription.sudo().payer_id, subscription.sudo().company_id
            subscription.payer_credit = partner._get_gym_credit(company) if partner and company else 0.0
