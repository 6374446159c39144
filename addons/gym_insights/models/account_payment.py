from odoo import models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    _gym_received = models.Index("(date) WHERE payment_type = 'inbound' AND partner_type = 'customer'")
