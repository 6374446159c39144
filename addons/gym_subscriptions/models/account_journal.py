from odoo import fields, models


class AccountJournal(models.Model):
    _inherit = "account.journal"

    is_gym_series = fields.Boolean(
        "Numbers as a Series",
        help="The first invoice is ROMA-1 and not ROMA/2026/00001; what has numbers already goes on with them.",
    )
