from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    _gym_open = models.Index(
        "(gym_location_id, invoice_date_due)"
        " WHERE gym_location_id IS NOT NULL AND state = 'posted' AND move_type = 'out_invoice'"
        " AND amount_residual_signed > 0"
    )
