from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    gym_cash_days_back = fields.Integer(
        string="Days Back at the Desk",
        default=3,
        required=True,
        help="How long ago the front desk may say that money was received. Managers and accountants may go further.",
    )
    gym_cash_over = fields.Monetary(
        string="More Than Owed",
        currency_field="currency_id",
        default=1000.0,
        help="How much more than is owed the front desk may take. Managers and accountants may take any amount.",
    )

    _gym_cash_limits_not_negative = models.Constraint(
        "CHECK (gym_cash_days_back >= 0 AND gym_cash_over >= 0)", "A limit of the desk cannot be negative."
    )
