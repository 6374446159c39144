from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..domain import document_state

REASONS = [
    ("missing", "Without CFDI"),
    ("global", "Not in a Global Invoice Yet"),
    ("pending", "Not Stamped Yet"),
    ("rejected", "Rejected"),
    ("cancelled", "CFDI Cancelled, Entry Posted"),
    ("no_entry", "CFDI in Force, Entry Not Posted"),
    ("double", "More than One CFDI in Force"),
    ("amount", "Another Amount"),
    ("currency", "Another Currency"),
    ("month", "Another Month"),
    ("test", "Stamped by a Test Environment"),
]


class GymCfdiReconciliation(models.Model):
    """The ledger against the CFDI, one row for each sale or credit note of companies that issue CFDI.

    A row with a reason is a difference that somebody has to correct; of a month that may be closed there is none.
    Amounts are in the currency of the company, credit notes negative. A sale in a global invoice is compared with what
    that one states of it. Entries before the company went live, and those
    of zero, are not expected to have a CFDI.
    """

    _name = "gym.cfdi.reconciliation"
    _description = "Ledger against CFDI"
    _auto = False
    _order = "date desc, move_id desc"
    _rec_name = "move_id"

    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    move_id = fields.Many2one("account.move", "Entry", readonly=True)
    document_id = fields.Many2one("gym.cfdi.document", "CFDI", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    date = fields.Date(readonly=True)
    move_type = fields.Selection(
        [("out_invoice", "Invoice"), ("out_refund", "Credit Note")], "Type of Entry", readonly=True
    )
    document_state = fields.Selection(related="document_id.state")
    amount_ledger = fields.Monetary("Ledger", currency_field="company_currency_id", readonly=True, aggregator="sum")
    amount_cfdi = fields.Monetary(
        "CFDI in Force", currency_field="company_currency_id", readonly=True, aggregator="sum"
    )
    difference = fields.Monetary(currency_field="company_currency_id", readonly=True, aggregator="sum")
    reason = fields.Selection(REASONS, "Why They Differ", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT move.id, move.id AS move_id, move.company_id, move.commercial_partner_id AS partner_id,
                   move.invoice_date AS date, move.move_type, document.id AS document_id,
                   amounts.ledger AS amount_ledger, amounts.cfdi AS amount_cfdi,
                   amounts.ledger - amounts.cfdi AS difference, %(reason)s AS reason
              FROM account_move move
              JOIN res_company company ON company.id = move.company_id
         LEFT JOIN account_move sale ON sale.id = move.reversed_entry_id
         LEFT JOIN gym_cfdi_document own ON own.id = move.cfdi_document_id
         LEFT JOIN gym_cfdi_global_line line
                ON line.res_model = 'account.move' AND line.res_id = move.id AND line.is_held
         LEFT JOIN gym_cfdi_global global ON global.id = line.global_id
         LEFT JOIN gym_cfdi_document document
                ON document.id = CASE WHEN own.state <> 'cancelled' THEN own.id
                                      ELSE coalesce(global.document_id, own.id) END
        CROSS JOIN LATERAL (
                   SELECT CASE WHEN move.state = 'posted' THEN move.amount_total_signed ELSE 0 END AS ledger,
                          CASE WHEN document.state NOT IN %(live)s OR document.id IS NULL THEN 0
                               WHEN document.id = global.document_id THEN line.amount_total
                               ELSE round(document.amount_total * move.amount_total_signed / move.amount_total, 2)
                          END AS cfdi) amounts
             WHERE move.move_type IN ('out_invoice', 'out_refund')
               AND company.cfdi_active
               AND move.invoice_date >= coalesce(company.cfdi_since, move.invoice_date)
               AND (NOT move.cfdi_to_global OR company.cfdi_since IS NULL OR sale.id IS NULL
                    OR sale.invoice_date >= company.cfdi_since)
               AND move.amount_total <> 0
               AND (move.state = 'posted' OR document.state IN %(live)s)
            """,
            reason=self._get_reason_sql(),
            live=tuple(document_state.LIVE),
        )

    def _get_reason_sql(self):
        return SQL(
            """
            CASE WHEN document.state IN %(pending)s THEN 'pending'
                 WHEN document.state = 'rejected' THEN 'rejected'
                 WHEN move.state <> 'posted' THEN 'no_entry'
                 WHEN document.state = 'cancelled' AND document.uuid IS NOT NULL THEN 'cancelled'
                 WHEN document.id IS NULL OR document.state = 'cancelled'
                 THEN CASE WHEN move.cfdi_to_global THEN 'global' ELSE 'missing' END
                 WHEN document.id = global.document_id
                 THEN CASE WHEN amounts.cfdi <> amounts.ledger THEN 'amount' END
                 WHEN document.amount_total <> move.amount_total THEN 'amount'
                 WHEN document.currency_id <> move.currency_id THEN 'currency'
                 WHEN left(document.fecha, 7) <> to_char(move.invoice_date, 'YYYY-MM') THEN 'month'
                 WHEN document.is_test AND EXISTS (
                      SELECT FROM gym_cfdi_pac pac
                       WHERE pac.company_id = move.company_id AND pac.active AND pac.environment = 'production')
                 THEN 'test'
                 WHEN EXISTS (
                      SELECT FROM gym_cfdi_document other
                       WHERE other.move_id = move.id AND other.id <> document.id AND other.state IN %(live)s)
                 THEN 'double'
            END
            """,
            pending=tuple(document_state.PENDING),
            live=tuple(document_state.LIVE),
        )

    def action_open(self):
        """Open the entry, where the CFDI tab says what there is."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "view_mode": "form",
        }

    def action_correct(self):
        """Do what can be done without thinking, stamping; else open the document or the entry."""
        self.ensure_one()
        if self.reason in ("missing", "pending", "rejected"):
            return self.move_id.action_cfdi_stamp()
        if not self.reason:
            raise UserError(self.env._("Ledger and CFDI agree here."))
        if self.document_id:
            return {
                "type": "ir.actions.act_window",
                "res_model": "gym.cfdi.document",
                "res_id": self.document_id.id,
                "view_mode": "form",
            }
        return self.action_open()
