from odoo import fields, models


class PaymentProvider(models.Model):
    _inherit = "payment.provider"

    gym_fee_percent = fields.Float(
        string="Fee (%)", digits=(5, 2), help="What the provider keeps of a charge; decides which card is tried first."
    )
    gym_fee_fixed = fields.Float(string="Fixed Fee", digits=(12, 2), help="Per charge, in the company's currency.")
