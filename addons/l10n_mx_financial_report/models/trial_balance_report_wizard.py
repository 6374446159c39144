from odoo import fields, models


class TrialBalanceReportWizard(models.TransientModel):
    """Last month, proposed."""

    _inherit = "trial.balance.report.wizard"

    date_from = fields.Date(default=lambda self: self._get_last_month()[0])
    date_to = fields.Date(default=lambda self: self._get_last_month()[1])
