from odoo import api, fields, models
from odoo.tools import SQL

from ..domain.document_state import CANCELLED
from ..domain.payment_method import PPD, is_payment_form


class AccountMove(models.Model):
    """Invoices as payments settle them, and entries of money as the SAT wants to know them."""

    _name = "account.move"
    _inherit = "account.move"

    cfdi_part_ids = fields.One2many("gym.cfdi.payment.part", "invoice_id", "Payments Stated (CFDI)", readonly=True)
    cfdi_receipt_part_ids = fields.One2many("gym.cfdi.payment.part", "receipt_id", readonly=True)

    def _post(self, soft=True):
        """Note what was reconciled while this was a draft, and what a payment that was corrected settles now."""
        posted = super()._post(soft)
        (posted.line_ids.matched_debit_ids | posted.line_ids.matched_credit_ids)._note_cfdi_parts()
        posted.sudo().cfdi_receipt_part_ids.document_id._retry()
        return posted

    def _lock_cfdi_parts(self):
        """Let no other worker number the parts of payments of these invoices until this transaction ends.

        Who comes second waits for the first one, then gets a serialization failure, because the first one wrote its
        numbers, and runs its step again with these numbers in sight. All rows are locked at once and in one order, so
        that two workers with several invoices in common never wait for each other.
        """
        self.env["gym.cfdi.payment.part"].flush_model()
        self.env.execute_query(
            SQL("SELECT id FROM gym_cfdi_payment_part WHERE invoice_id = ANY(%s) ORDER BY id FOR UPDATE", self.ids)
        )

    def _awaits_cfdi_complements(self):
        """Tell whether payments of this move need a complement: a posted invoice with a CFDI that says PPD."""
        self.ensure_one()
        return (
            self.move_type == "out_invoice"
            and self.state == "posted"
            and self.cfdi_payment_method == PPD
            and self.cfdi_document_id.kind == "invoice"
            and self.cfdi_document_id.state != CANCELLED
        )

    def _is_cfdi_receipt(self):
        """Tell whether this is a posted entry of money: of a payment, or of a bank statement line."""
        self.ensure_one()
        return self.state == "posted" and bool(self.origin_payment_id or self.statement_line_id)

    def _get_cfdi_receipt_form(self):
        """Return FormaDePagoP of an entry of money, ``None`` while nothing says it.

        What was chosen for this entry, as for a bank statement line that is a check, else that of its payment method,
        else that of its journal.
        """
        self.ensure_one()
        method = self.origin_payment_id.payment_method_line_id
        form = self.cfdi_payment_form_chosen or method.cfdi_payment_form or self.journal_id.cfdi_payment_form
        return form if is_payment_form(form) else None

    def _get_cfdi_money(self):
        """Return how much money a receipt is, and its currency; the rest of its receivable is a write-off."""
        self.ensure_one()
        payment, line = self.origin_payment_id, self.statement_line_id
        if payment:
            return payment.amount, payment.currency_id
        if line.foreign_currency_id:
            return line.amount_currency, line.foreign_currency_id
        return line.amount, line.currency_id

    @api.model
    def _get_cfdi_unnoted_partials(self):
        """Return the partials of PPD invoices that no part tells of, whatever the reason.

        Reconciled before the invoice became PPD, or by something that went around the ORM.
        """
        query = """
            SELECT part.id
              FROM account_partial_reconcile part
              JOIN account_move_line debit ON debit.id = part.debit_move_id
              JOIN account_move invoice ON invoice.id = debit.move_id
              JOIN account_move_line credit ON credit.id = part.credit_move_id
              JOIN account_move receipt ON receipt.id = credit.move_id
              JOIN res_company company ON company.id = part.company_id
             WHERE company.cfdi_active
               AND invoice.cfdi_payment_method = 'PPD'
               AND invoice.move_type = 'out_invoice'
               AND invoice.cfdi_document_id IS NOT NULL
               AND (receipt.origin_payment_id IS NOT NULL OR receipt.statement_line_id IS NOT NULL)
               AND NOT EXISTS (SELECT 1 FROM gym_cfdi_payment_part noted WHERE noted.partial_id = part.id)
        """
        self.env.flush_all()
        self.env.cr.execute(query)
        partials = self.env["account.partial.reconcile"].browse([id_ for (id_,) in self.env.cr.fetchall()])
        return partials._filter_cfdi()
