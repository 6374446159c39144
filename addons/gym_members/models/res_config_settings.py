from odoo import fields, models

from .res_users_second_factor import OPTIONAL, PARAMETER, REQUIRED


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    gym_second_factor = fields.Selection(
        [(REQUIRED, "Required of owners and accountants"), (OPTIONAL, "Each decides")],
        string="Second Factor",
        default=REQUIRED,
        config_parameter=PARAMETER,
        help="An authenticator app, else a code that is mailed. Without outgoing mail nobody gets such a code.",
    )
