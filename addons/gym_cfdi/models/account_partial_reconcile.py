from decimal import Decimal

from odoo import api, models

from ..domain.payment_amounts import InvoiceTax
from ..domain.payment_left import Earlier


class AccountPartialReconcile(models.Model):
    """Each partial between a PPD invoice and money is a part of a payment that the SAT has to be told."""

    _name = "account.partial.reconcile"
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials._note_cfdi_parts()
        return partials

    def unlink(self):
        parts = self.env["gym.cfdi.payment.part"].sudo().search([("partial_id", "in", self.ids)])
        parts.partial_id = False  # so that what follows from it is computed again, which the database alone would not
        result = super().unlink()
        parts._on_unreconciled()
        return result

    def _note_cfdi_parts(self):
        """Note the parts of payments among these partials, and record the complements that are due at once.

        Can be called again: what is noted is passed over.

        :return: the new parts
        """
        stated = self._filter_cfdi()
        if not stated:
            return self.env["gym.cfdi.payment.part"]
        known = self.env["gym.cfdi.payment.part"].sudo().search([("partial_id", "in", stated.ids)]).partial_id
        new = stated - known
        new -= new._give_cfdi_parts_back()
        parts = self.env["gym.cfdi.payment.part"].sudo().create([partial._prepare_cfdi_part() for partial in new])
        parts.filtered(lambda part: part.company_id.cfdi_complement_policy == "payment")._record_complements()
        return parts

    def _give_cfdi_parts_back(self):
        """Let complements that the SAT has stand, when what was unreconciled is reconciled again just the same.

        :return: the partials that an existing part tells of
        """
        orphans = (
            self.env["gym.cfdi.payment.part"]
            .sudo()
            .search([("state", "=", "to_cancel"), ("invoice_id", "in", self.debit_move_id.move_id.ids)])
        )
        found = self.browse()
        for partial in self if orphans else ():
            values = partial._prepare_cfdi_part()
            same = orphans.filtered(
                lambda part, values=values: part.receipt_id.id == values["receipt_id"]
                and part.invoice_id.id == values["invoice_id"]
                and part.date == values["date"]
                and part.currency_id.compare_amounts(part.paid, values["paid"]) == 0
                and part.receipt_currency_id.compare_amounts(part.received, values["received"]) == 0
            )[:1]
            if same:
                same.partial_id = partial
                orphans -= same
                found |= partial
        return found

    def _filter_cfdi(self):
        """Keep those between the receivable of a posted invoice whose CFDI says PPD, and money."""
        return self.filtered(
            lambda partial: partial.company_id.cfdi_active
            and partial.debit_move_id.account_type == "asset_receivable"
            and partial.debit_move_id.move_id._awaits_cfdi_complements()
            and partial.credit_move_id.move_id._is_cfdi_receipt()
        )

    def _prepare_cfdi_part(self):
        self.ensure_one()
        invoice, receipt = self.debit_move_id.move_id, self.credit_move_id.move_id
        return {
            "partial_id": self.id,
            "company_id": self.company_id.id,
            "invoice_id": invoice.id,
            "receipt_id": receipt.id,
            "date": receipt.date,
            "currency_id": self.debit_currency_id.id,
            "paid": self.debit_amount_currency,
            "receipt_currency_id": self.credit_currency_id.id,
            "received": self.credit_amount_currency,
        }

    def _get_cfdi_earlier(self):
        """Return what this settled of its invoice, as :class:`~..domain.payment_left.Earlier`.

        A credit note settles what its lines say, in the proportion in which it was applied to this invoice.
        """
        self.ensure_one()
        decimals = self.debit_currency_id.decimal_places
        amount = Decimal(f"{self.debit_amount_currency:.{decimals}f}")
        credit = self.credit_move_id.move_id
        if credit.move_type != "out_refund" or not credit.amount_total:
            return Earlier(amount)
        share = amount / Decimal(str(credit.amount_total))
        lines, _local_taxes = credit._get_cfdi_lines()
        return Earlier(
            amount,
            tuple(
                InvoiceTax(tax.kind, tax.tax, tax.factor, tax.rate, tax.base * share)
                for line in lines
                for tax in line.taxes
            ),
        )
