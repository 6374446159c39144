from odoo import models


class TrialBalanceXslx(models.AbstractModel):
    """The title of the spreadsheet, in the words of Mexico."""

    _inherit = "report.a_f_r.report_trial_balance_xlsx"

    def _get_report_name(self, report, data=False):
        company = self.env["res.company"].browse((data or {}).get("company_id"))
        return self.env._("Trial balance") + (f" - {company.name}" if company else "")
