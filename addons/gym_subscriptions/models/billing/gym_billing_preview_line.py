from odoo import fields, models


class GymBillingPreviewLine(models.Model):
    """An invoice that a run would make, or a subscription that it could not bill; only for looking at."""

    _name = "gym.billing.preview.line"
    _description = "Invoice a Billing Run Would Make"
    _order = "reason, id"
    _rec_name = "subscriptions"

    run_id = fields.Many2one("gym.billing.run", required=True, index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one(related="run_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    location_id = fields.Many2one("gym.location", string="Branch", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Billed To", readonly=True)
    subscriptions = fields.Char(readonly=True)
    text = fields.Text(string="What For", readonly=True)
    amount = fields.Monetary(readonly=True, help="IVA included.")
    reason = fields.Text(string="Why Not", readonly=True)
