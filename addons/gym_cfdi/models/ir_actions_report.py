from odoo import models

_INVOICES = ("account.report_invoice", "account.report_invoice_with_payments")


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def get_paperformat(self):
        """Invoices of a company that issues CFDI have their header in the body: no room is kept for one above it."""
        if self.report_name in _INVOICES and self.env.company.cfdi_active:
            return self.env.ref("gym_cfdi.paperformat_cfdi")
        return super().get_paperformat()
