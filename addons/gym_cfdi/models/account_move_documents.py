from odoo import models


class AccountMove(models.Model):
    """CFDI files of an invoice, for anyone who downloads or receives it."""

    _inherit = "account.move"

    def _get_cfdi_portal_documents(self):
        """Return, in sudo, the stamped CFDI of the invoice, the newest last."""
        self.ensure_one()
        return self.sudo().cfdi_document_ids.filtered("uuid").sorted("id")
