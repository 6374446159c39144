from dateutil.relativedelta import relativedelta

from odoo import models


class AccountFinancialReportAbstractWizard(models.AbstractModel):
    """The month that the ledger's reports propose."""

    _inherit = "account_financial_report_abstract_wizard"

    def _get_last_month(self):
        """Return the first and the last day of the month before the company's today: the one that is being closed."""
        first = self.env.company._today().replace(day=1) - relativedelta(months=1)
        return first, first + relativedelta(day=31)
