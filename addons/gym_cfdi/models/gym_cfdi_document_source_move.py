from odoo import models

from ..domain.document_state import REJECTED
from ..domain.errors import CfdiError
from ..domain.payment_method import fecha_of


class GymCfdiDocument(models.Model):
    """Documents of invoices and credit notes."""

    _name = "gym.cfdi.document"
    _inherit = "gym.cfdi.document"

    # One that is not stamped yet for each invoice. Two stamped ones may be in force for a moment, while one substitutes
    # the other (relation 04), and the substitute is stamped before the old one is cancelled.
    _move_unique = models.UniqueIndex(
        "(move_id) WHERE move_id IS NOT NULL AND uuid IS NULL AND state <> 'cancelled'",
        "This invoice already has a CFDI on its way.",
    )

    def _get_composers(self):
        return super()._get_composers() | {("invoice", "credit_note"): type(self)._compose_invoice}

    def _compose_invoice(self, dates):
        """Return {document: Comprobante, or the list of what forbids it} of invoices and credit notes.

        An invoice of an earlier day keeps its day while the law lets it; see :func:`~..domain.payment_method.fecha_of`.

        :param dict dates: what the clock says now at the place of issue of each document
        """
        # Odoo's computation of taxes reads these line by line of each invoice; read those of all invoices at once
        lines = self.move_id.line_ids
        lines.fetch(["tax_ids", "tax_tag_ids"])
        composed = {}
        for document in self:
            move = document.move_id
            try:
                composed[document] = move._get_cfdi_comprobante(fecha_of(move.invoice_date, dates[document]), document)
            except CfdiError as error:
                composed[document] = [error]
        return composed

    def _on_stamped(self):
        """Try again what only waited for the UUID of these."""
        result = super()._on_stamped()
        waiting = self.search([("state", "=", REJECTED), ("related_ids", "in", self.ids)])
        waiting.filtered(
            lambda document: any(problem["code"] == "RELATED" for problem in document.problems or ())
        )._retry()
        return result
