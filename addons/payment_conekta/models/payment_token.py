from odoo import fields, models


class PaymentToken(models.Model):
    _inherit = "payment.token"

    conekta_customer_id = fields.Char(
        string="Customer at Conekta", readonly=True, help="Under whom the network keeps the card."
    )
