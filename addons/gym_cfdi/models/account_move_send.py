from odoo import api, models


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    @api.model
    def _get_invoice_extra_attachments(self, move):
        """The stamped XML goes with the PDF wherever an invoice is sent."""
        attachments = super()._get_invoice_extra_attachments(move)
        for attachment in move.sudo().cfdi_document_id._get_xml_attachments().values():
            attachments += attachment
        return attachments
