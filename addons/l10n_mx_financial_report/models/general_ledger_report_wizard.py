from odoo import fields, models


class GeneralLedgerReportWizard(models.TransientModel):
    """Last month, proposed."""

    _inherit = "general.ledger.report.wizard"

    date_from = fields.Date(default=lambda self: self._get_last_month()[0])
    date_to = fields.Date(default=lambda self: self._get_last_month()[1])
