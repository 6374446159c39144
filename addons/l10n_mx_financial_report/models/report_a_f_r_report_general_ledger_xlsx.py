from odoo import models


class GeneralLedgerXslx(models.AbstractModel):
    """The title of the spreadsheet, in the words of Mexico."""

    _inherit = "report.a_f_r.report_general_ledger_xlsx"

    def _get_report_name(self, report, data=False):
        company = self.env["res.company"].browse((data or {}).get("company_id"))
        return self.env._("Ledger by account") + (f" - {company.name}" if company else "")
