from odoo import fields, models

from ..domain.privacy import BLOCK_YEARS


class ResCompany(models.Model):
    _inherit = "res.company"

    gym_block_years = fields.Integer(
        string="Years That Blocked Members Are Kept",
        default=BLOCK_YEARS,
        help="After a person cancels their data, how many years the data of somebody who was a member stay blocked "
        "before they are removed. Tax law asks for five (CFF art. 30).",
    )

    _gym_block_years_not_negative = models.Constraint(
        "CHECK (gym_block_years >= 0)", "Data cannot be kept for a negative number of years."
    )
