import base64

from odoo import models

from ..domain import printed, qr, sheet


class GymCfdiDocument(models.Model):
    """The printed representation; RMF 2.7.1.7 says what it must state."""

    _inherit = "gym.cfdi.document"

    def _render_pdf(self):
        """Return the PDF of a document that was sealed; plain, without the company's layout, hence fast."""
        return printed.pdf_of(self._read_comprobante())

    def _get_download(self, kind):
        """Return a file of a stamped document as bytes and its MIME type.

        :param str kind: ``"xml"``, or ``"pdf"`` with the company's layout
        """
        self.ensure_one()
        if kind == "xml":
            return self._get_stamped_bytes(), "application/xml"
        reports = self.env["ir.actions.report"].sudo().with_context(lang=self.partner_id.lang or self.env.lang)
        if self.kind in ("invoice", "credit_note"):
            content, _type = reports._render_qweb_pdf("account.account_invoices", self.sudo().move_id.ids)
        else:
            content, _type = reports._render_qweb_pdf("gym_cfdi.report_cfdi", self.ids)
        return content, "application/pdf"

    def _get_sheet(self):
        """Return what the print states, ready for a template: texts of domain/sheet.py and the QR as data URI.

        :return: ``None`` when there is nothing to state yet
        """
        if not self.sudo().sealed_xml:
            return None
        comprobante = self._read_comprobante()
        address = sheet.qr_of(comprobante)
        titles, concepts = sheet.concept_table([sheet.row_of_concept(concept) for concept in comprobante.conceptos])
        return {
            "name": sheet.name_of(comprobante),
            "folio": self.sudo().move_id.name or sheet.folio_of(comprobante),
            "warning": self._get_print_warning(),
            "representation": sheet.REPRESENTATION,
            "facts": sheet.facts_of_document(comprobante) + sheet.facts_of_relations(comprobante),
            "issuer": sheet.issuer_lines(comprobante),
            "receptor_title": sheet.PARTY_TITLES[1],
            "receptor": sheet.receptor_lines(comprobante),
            "concept_titles": titles,
            "concepts": concepts,
            "payment_titles": sheet.PAYMENT_TITLES,
            "payments": self._get_printed_payments(comprobante),
            "sums": [(label, sheet.amount(amount)) for label, amount in sheet.sums_of(comprobante)],
            "words": sheet.words_of(comprobante),
            "seals": sheet.seals_of(comprobante),
            "qr": address and f"data:image/png;base64,{base64.b64encode(qr.png_of(address)).decode()}",
        }

    def _get_printed_payments(self, comprobante):
        return [
            {
                "facts": sheet.facts_of_payment(payment),
                "rows": [sheet.row_of_paid(paid) for paid in payment.docto_relacionado],
            }
            for payment in (comprobante.pagos.pagos if comprobante.pagos else ())
        ]

    def _get_print_warning(self):
        if not self.uuid:
            return sheet.NOT_STAMPED
        if self.state == "cancelled":
            return sheet.CANCELLED
        return sheet.NO_VALUE if self.is_test else None
