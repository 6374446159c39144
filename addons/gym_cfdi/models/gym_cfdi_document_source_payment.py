from odoo import fields, models

from ..domain.document_state import LIVE, REJECTED
from ..domain.errors import CfdiError
from ..domain.payment_document import USE_OF_PAYMENTS, payment_document
from ..domain.texts import series_and_folio

_SUBSTITUTION = "04"
_REPLACED = "01"


class GymCfdiDocument(models.Model):
    """Payment complements (REP): documents of the kind ``payment``, made of :class:`gym.cfdi.payment.part`."""

    _name = "gym.cfdi.document"
    _inherit = "gym.cfdi.document"

    cfdi_part_ids = fields.One2many("gym.cfdi.payment.part", "document_id", "Payments Stated", readonly=True)

    def _get_composers(self):
        return super()._get_composers() | {("payment",): type(self)._compose_payment}

    def _compose_payment(self, dates):
        """Return {document: Comprobante, or the list of what forbids it} of payment complements.

        :param dict dates: what the clock says now at the place of issue of each document
        """
        self.cfdi_part_ids.invoice_id._lock_cfdi_parts()
        composed = {}
        for document in self:
            try:
                composed[document] = document._get_payment_comprobante(dates[document])
            except CfdiError as error:
                composed[document] = [error]
        return composed

    def _get_payment_comprobante(self, fecha):
        parts = self.cfdi_part_ids.filtered(lambda part: part.partial_id and part.receipt_id._is_cfdi_receipt())
        if not parts:
            raise _reversed_error()
        parts._settle()
        receipts = parts.sorted(lambda part: (part.date, part.partial_id.id)).grouped("receipt_id")
        series, folio = series_and_folio(next(iter(receipts)).name)
        partner = parts[0].invoice_id._get_cfdi_receptor()
        replaced = self.related_ids if self.relation_type == _SUBSTITUTION else self.browse()
        return payment_document(
            fecha=fecha,
            place=self.place_zip,
            issuer=self.company_id._get_cfdi_issuer(),
            receptor=partner._get_cfdi_receptor(self.place_zip, USE_OF_PAYMENTS),
            payments=[receipt_parts._get_payment() for receipt_parts in receipts.values()],
            series=series,
            folio=folio,
            replaced=replaced.mapped("uuid"),
        )

    def _get_blocking_documents(self):
        """Complements in force have to be cancelled before the invoices that they settle."""
        parts = self.env["gym.cfdi.payment.part"].search([("invoice_document_id", "in", self.ids)])
        return super()._get_blocking_documents() | parts.document_id.filtered(lambda document: document.state in LIVE)

    def _restates(self, old):
        """Tell whether this document states again what ``old``, which is in force, stated of the same source."""
        is_of_one_source = self.kind == "payment" or (self.move_id and self.move_id == old.move_id)
        return bool(is_of_one_source and old.state in LIVE)

    def _on_stamped(self):
        """Have what substitutes another document of its own source replace it; try again what waited for a UUID.

        A substitute that is another invoice was made by a person, who asks for the cancellation, too.
        """
        result = super()._on_stamped()
        for document in self.filtered(lambda document: document.relation_type == _SUBSTITUTION):
            replaced = document.related_ids.filtered(document._restates)
            if replaced:
                replaced.sudo()._request_cancellation(_REPLACED, document)
        waiting = self.move_id.cfdi_part_ids.document_id.filtered(lambda document: document.state == REJECTED)
        waiting.filtered(
            lambda document: any(problem["code"] == "RELATED" for problem in document.problems or ())
        )._retry()
        return result


def _reversed_error():
    return CfdiError(
        code="PAYMENT",
        es=("La conciliación de este pago se deshizo.", "Retire el documento, o concilie de nuevo el pago."),
        en=("The reconciliation of this payment was undone.", "Withdraw the document, or reconcile the payment again."),
    )
