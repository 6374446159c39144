from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..domain import document_state

REASONS = [
    ("missing", "Without Complement"),
    ("pending", "Not Stamped Yet"),
    ("rejected", "Rejected"),
    ("undone", "Stated, No Longer in the Ledger"),
    ("amount", "Another Amount"),
    ("test", "Stamped by a Test Environment"),
]


class GymCfdiPaymentReconciliation(models.Model):
    """What was paid of PPD invoices by the ledger against what complements state, one row for each part of a payment.

    Read from the reconciliations themselves, so that a payment that nobody noted shows, too. What was forgiven with a
    payment is no money and is left out, as in the complements. Amounts are in the currency of the company.
    """

    _name = "gym.cfdi.payment.reconciliation"
    _description = "Payments against Complements"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "invoice_id"

    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    invoice_id = fields.Many2one("account.move", "Invoice", readonly=True)
    receipt_id = fields.Many2one("account.move", "Payment", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    part_id = fields.Many2one("gym.cfdi.payment.part", "Part", readonly=True)
    document_id = fields.Many2one("gym.cfdi.document", "Complement", readonly=True)
    document_state = fields.Selection(related="document_id.state")
    date = fields.Date("Paid On", readonly=True)
    amount_ledger = fields.Monetary("Ledger", currency_field="company_currency_id", readonly=True, aggregator="sum")
    amount_cfdi = fields.Monetary("Complements", currency_field="company_currency_id", readonly=True, aggregator="sum")
    difference = fields.Monetary(currency_field="company_currency_id", readonly=True, aggregator="sum")
    reason = fields.Selection(REASONS, "Why They Differ", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
              WITH paid AS (%(paid)s),
                   stated AS (
            SELECT paid.id, paid.company_id, paid.invoice_id, paid.receipt_id, paid.date, part.id AS part_id,
                   part.document_id, paid.amount AS ledger, part.stated * paid.rate AS cfdi, FALSE AS is_undone
              FROM paid
         LEFT JOIN gym_cfdi_payment_part part ON part.partial_id = paid.id
         UNION ALL
            SELECT -part.id, part.company_id, part.invoice_id, part.receipt_id, part.date, part.id,
                   part.document_id, 0, part.stated * invoice.amount_total_signed / invoice.amount_total, TRUE
              FROM gym_cfdi_payment_part part
              JOIN account_move invoice ON invoice.id = part.invoice_id
             WHERE part.state = 'to_cancel')
            SELECT stated.id, stated.company_id, stated.invoice_id, stated.receipt_id, stated.date, stated.part_id,
                   stated.document_id, invoice.commercial_partner_id AS partner_id, amounts.ledger AS amount_ledger,
                   amounts.cfdi AS amount_cfdi, amounts.ledger - amounts.cfdi AS difference, %(reason)s AS reason
              FROM stated
              JOIN account_move invoice ON invoice.id = stated.invoice_id
         LEFT JOIN gym_cfdi_document document ON document.id = stated.document_id
        CROSS JOIN LATERAL (
                   SELECT round(stated.ledger, 2) AS ledger,
                          CASE WHEN document.state IN %(live)s THEN round(stated.cfdi, 2) ELSE 0 END AS cfdi) amounts
            """,
            paid=self._get_paid_sql(),
            reason=self._get_reason_sql(),
            live=tuple(document_state.LIVE),
        )

    def _get_paid_sql(self):
        """Return the parts of payments of PPD invoices by the ledger, and the rate of pesos for what is settled.

        Of a payment whose receivable is more than its money, the last parts are the difference that was forgiven.
        """
        return SQL(
            """
            SELECT part.id, part.company_id, invoice.id AS invoice_id, receipt.id AS receipt_id, receipt.date,
                   part.amount / NULLIF(part.debit_amount_currency, 0) AS rate,
                   part.amount / NULLIF(part.credit_amount_currency, 0) * CASE
                       WHEN money.currency_id IS DISTINCT FROM part.credit_currency_id THEN part.credit_amount_currency
                       ELSE least(part.credit_amount_currency, greatest(0,
                            abs(money.amount) + part.credit_amount_currency - sum(part.credit_amount_currency)
                            OVER (PARTITION BY receipt.id ORDER BY part.id)))
                   END AS amount
              FROM account_partial_reconcile part
              JOIN res_company company ON company.id = part.company_id AND company.cfdi_active
              JOIN account_move_line debit ON debit.id = part.debit_move_id
              JOIN account_account account ON account.id = debit.account_id
               AND account.account_type = 'asset_receivable'
              JOIN account_move invoice ON invoice.id = debit.move_id AND invoice.move_type = 'out_invoice'
               AND invoice.state = 'posted' AND invoice.cfdi_payment_method = 'PPD'
              JOIN gym_cfdi_document invoiced ON invoiced.id = invoice.cfdi_document_id
               AND invoiced.kind = 'invoice' AND invoiced.state <> 'cancelled'
              JOIN account_move_line credit ON credit.id = part.credit_move_id
              JOIN account_move receipt ON receipt.id = credit.move_id AND receipt.state = 'posted'
         LEFT JOIN account_payment payment ON payment.id = receipt.origin_payment_id
         LEFT JOIN account_bank_statement_line line ON line.id = receipt.statement_line_id
        CROSS JOIN LATERAL (
                   SELECT coalesce(payment.currency_id, line.foreign_currency_id, line.currency_id) AS currency_id,
                          CASE WHEN payment.id IS NOT NULL THEN payment.amount
                               WHEN line.foreign_currency_id IS NOT NULL THEN line.amount_currency
                               ELSE line.amount END AS amount) money
             WHERE payment.id IS NOT NULL OR line.id IS NOT NULL
            """
        )

    def _get_reason_sql(self):
        return SQL(
            """
            CASE WHEN stated.is_undone THEN 'undone'
                 WHEN document.state IN %(pending)s THEN 'pending'
                 WHEN document.state = 'rejected' THEN 'rejected'
                 WHEN amounts.ledger = 0 AND amounts.cfdi = 0 THEN NULL
                 WHEN document.id IS NULL OR document.state = 'cancelled' THEN 'missing'
                 WHEN abs(amounts.ledger - amounts.cfdi) >= 0.01 THEN 'amount'
                 WHEN document.is_test AND EXISTS (
                      SELECT FROM gym_cfdi_pac pac
                       WHERE pac.company_id = stated.company_id AND pac.active AND pac.environment = 'production')
                 THEN 'test'
            END
            """,
            pending=tuple(document_state.PENDING),
        )

    def action_open(self):
        """Open the invoice, whose CFDI page lists its payments."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.invoice_id.id,
            "view_mode": "form",
        }

    def action_correct(self):
        """Issue what is missing, ask for the cancellation of what was undone; else open the complement."""
        self.ensure_one()
        if not self.reason:
            raise UserError(self.env._("Ledger and CFDI agree here."))
        if self.reason == "undone":
            return self.part_id.action_cancel_reversed()
        if self.reason == "missing":
            self.env["account.move"].check_access("write")
            part = self.part_id or self._note_part()
            return part.action_record()
        return {
            "type": "ir.actions.act_window",
            "res_model": "gym.cfdi.document",
            "res_id": self.document_id.id,
            "view_mode": "form",
        }

    def _note_part(self):
        return self.env["account.partial.reconcile"].sudo().browse(self.id)._note_cfdi_parts().sudo(False)
