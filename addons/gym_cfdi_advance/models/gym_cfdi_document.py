from odoo import models

from odoo.addons.gym_cfdi.domain.document_state import LIVE

from .gym_cfdi_advance_use import ACTIVE


class GymCfdiDocument(models.Model):
    _inherit = "gym.cfdi.document"

    def _get_blocking_documents(self):
        """Invoices in force that name an advance are cancelled before it."""
        uses = self.sudo().move_id.cfdi_advance_given_ids.filtered(lambda use: use.state in ACTIVE)
        named_by = uses.invoice_id.cfdi_document_id.filtered(lambda document: document.state in LIVE)
        return super()._get_blocking_documents() | named_by.sudo(self.env.su)
