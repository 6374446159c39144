from odoo import api, models


class AccountMove(models.Model):
    """CFDI files of an invoice, for whoever downloads or receives it."""

    _inherit = "account.move"

    def _get_cfdi_portal_documents(self):
        """Return, in sudo, the stamped CFDI of the invoice, the newest last."""
        self.ensure_one()
        return self.sudo().cfdi_document_ids.filtered("uuid").sorted("id")


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    @api.model
    def _get_invoice_extra_attachments(self, move):
        """The stamped XML goes with the PDF wherever an invoice is sent."""
        attachments = super()._get_invoice_extra_attachments(move)
        for attachment in move.sudo().cfdi_document_id._get_xml_attachments().values():
            attachments += attachment
        return attachments
