from odoo import fields, models


class AccountPaymentMethodLine(models.Model):
    _inherit = "account.payment.method.line"

    gym_pos_method_id = fields.Many2one(
        "pos.payment.method", string="Means of Payment of the Till", readonly=True, ondelete="set null", copy=False
    )
