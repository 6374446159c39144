from odoo import models

from ..domain import sheet
from ..domain.words import amount_in_words

_PAGE = "gym_cfdi.report_invoice_page"


class AccountMove(models.Model):
    """Invoices, credit notes and receipts of a company that issues CFDI are printed on the page of their CFDI."""

    _inherit = "account.move"

    def _get_name_invoice_report(self):
        return _PAGE if self.is_cfdi else super()._get_name_invoice_report()

    def _get_sheet(self):
        """Return what the print states: the CFDI once it is sealed, else the sale as it was posted.

        The keys are those of :meth:`~.gym_cfdi_document.GymCfdiDocument._get_sheet`.
        """
        self.ensure_one()
        return self.sudo().cfdi_document_id._get_sheet() or self._get_plain_sheet()

    def _get_plain_sheet(self):
        """Amounts are without IVA, as in a CFDI; the tax stands below."""
        lines = self.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        titles, concepts = sheet.concept_table([self._get_plain_row(line) for line in lines])
        return {
            "name": sheet.PLAIN_NAMES[self.move_type, self.state == "posted"],
            "folio": self.name if self.state == "posted" else "",
            "warning": None,
            "facts": [("Fecha", self.invoice_date.strftime("%d/%m/%Y"))] if self.invoice_date else [],
            "issuer": sheet.lines_of_issuer(self.company_id.sudo()._get_cfdi_issuer()),
            "receptor_title": sheet.PARTY_TITLES[1],
            "receptor": self._get_plain_receptor(),
            "concept_titles": titles,
            "concepts": concepts,
            "payments": [],
            "sums": self._get_plain_sums(),
            "words": amount_in_words(sheet.money(self.amount_total), self.currency_id.name),
            "seals": [],
            "qr": None,
        }

    def _get_plain_receptor(self):
        partner = self.commercial_partner_id.sudo()
        return [partner.cfdi_name or partner.name, f"RFC {partner._get_cfdi_rfc()}"]

    def _get_plain_row(self, line):
        """The cells of a line under the titles of domain/sheet.py; the price is what is paid, after discounts."""
        total = sheet.money(line.price_subtotal)
        price = sheet.money(line.price_subtotal / line.quantity) if line.quantity else total
        quantity = [f"{line.quantity:g}", line.product_uom_id.name or ""]
        return (line.product_id.default_code or "", line.name, quantity, sheet.amount(price), "", sheet.amount(total))

    def _get_plain_sums(self):
        taxes = self.line_ids.filtered("tax_line_id").grouped("tax_line_id").items()
        rows = [
            ("Subtotal", self.amount_untaxed),
            *(
                (
                    sheet.tax_label(tax.l10n_mx_tax_type or tax.name, tax.amount),
                    self.direction_sign * sum(lines.mapped("amount_currency")),
                )
                for tax, lines in taxes
            ),
            (f"Total {self.currency_id.name}", self.amount_total),
        ]
        return [(label, sheet.amount(sheet.money(value))) for label, value in rows]

    def _get_print_payment(self):
        """Return as texts what is left to pay of a posted invoice, and until when; empty for what nobody pays."""
        self.ensure_one()
        if self.move_type != "out_invoice" or self.state != "posted":
            return {}
        left = sheet.money(self.amount_residual)
        return {
            "left": left and sheet.amount(left),
            "due": self.invoice_date_due.strftime("%d/%m/%Y"),
        }
