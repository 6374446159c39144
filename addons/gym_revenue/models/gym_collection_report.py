from odoo import api, fields, models
from odoo.tools import SQL


class GymCollectionReport(models.Model):
    """Each posted invoice of dues: whether a card failed for it, and what was recovered since. Amounts include IVA."""

    _name = "gym.collection.report"
    _description = "Failed and Recovered Payments"
    _auto = False
    _order = "date desc, id desc"

    move_id = fields.Many2one("account.move", string="Invoice", readonly=True)
    date = fields.Date(string="Invoice Date", readonly=True)
    date_due = fields.Date(string="Due Date", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Payer", readonly=True)
    location_id = fields.Many2one("gym.location", string="Branch", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    outcome = fields.Selection(
        [
            ("paid", "Paid"),
            ("recovered", "Recovered"),
            ("failed", "Failed"),
            ("open", "Open"),
            ("credited", "Credited"),
            ("lost", "Written Off"),
        ],
        readonly=True,
        help="Recovered: a card failed and the invoice has been paid since. Failed: a card failed and it is open. "
        "Credited: closed by credit notes alone. Written off: closed, and some of it was given up.",
    )
    attempts = fields.Integer(string="Charges", readonly=True, help="Automatic charges that were sent.")
    amount = fields.Monetary(string="Billed", readonly=True)
    amount_paid = fields.Monetary(string="Settled", readonly=True, help="Paid, credited or written off.")
    amount_open = fields.Monetary(string="Open", readonly=True)
    amount_failed = fields.Monetary(string="Failed at First", readonly=True)
    amount_recovered = fields.Monetary(string="Recovered", readonly=True, help="What money paid of it.")
    recovery_percent = fields.Float(
        string="Recovery %", readonly=True, aggregator="avg", help="Of each invoice for which a card failed."
    )

    @api.depends("move_id")
    def _compute_display_name(self):
        """Owners read this report without rights to the entries behind it."""
        for row in self:
            row.display_name = row.sudo().move_id.name

    @property
    def _table_query(self):
        return SQL(
            """
            WITH charges AS (
                SELECT move_id, COUNT(*) FILTER (WHERE state IN ('sent', 'in_doubt', 'done', 'failed')) AS attempts,
                       BOOL_OR(state = 'failed') AS has_failed
                  FROM gym_charge
                 GROUP BY move_id
            ), payments AS (
                SELECT line.move_id, SUM(part.gym_amount_paid) AS money
                  FROM account_partial_reconcile part
                  JOIN account_move_line line ON line.id = part.debit_move_id
                 WHERE part.gym_amount_paid != 0
                 GROUP BY line.move_id
            ), credits AS (
                SELECT line.move_id, SUM(part.amount) AS credited
                  FROM account_partial_reconcile part
                  JOIN account_move_line line ON line.id = part.debit_move_id
                  JOIN account_move_line source ON source.id = part.credit_move_id
                  JOIN account_move note ON note.id = source.move_id
                 WHERE note.move_type = 'out_refund'
                 GROUP BY line.move_id
            ), invoices AS (
                SELECT move.id, move.invoice_date, move.invoice_date_due, move.partner_id,
                       move.gym_location_id, move.company_id, move.amount_total_signed AS total,
                       move.amount_residual_signed AS residual,
                       COALESCE(payments.money, 0) AS money, COALESCE(credits.credited, 0) AS credited,
                       COALESCE(charges.attempts, 0) AS attempts, COALESCE(charges.has_failed, FALSE) AS has_failed
                  FROM account_move move
                  LEFT JOIN charges ON charges.move_id = move.id
                  LEFT JOIN payments ON payments.move_id = move.id
                  LEFT JOIN credits ON credits.move_id = move.id
                 WHERE move.gym_location_id IS NOT NULL AND move.move_type = 'out_invoice' AND move.state = 'posted'
                   AND move.amount_total_signed != 0
            )
            SELECT invoices.id, invoices.id AS move_id, invoice_date AS date, invoice_date_due AS date_due,
                   invoices.partner_id, gym_location_id AS location_id, company_id, company.currency_id, attempts,
                   total AS amount, total - residual AS amount_paid, residual AS amount_open,
                   CASE WHEN has_failed THEN total ELSE 0 END AS amount_failed,
                   CASE WHEN has_failed THEN money ELSE 0 END AS amount_recovered,
                   CASE WHEN has_failed THEN 100 * money / total END AS recovery_percent,
                   CASE WHEN residual != 0 AND has_failed THEN 'failed' WHEN residual != 0 THEN 'open'
                        WHEN money + credited < total THEN 'lost' WHEN money = 0 THEN 'credited'
                        WHEN has_failed THEN 'recovered' ELSE 'paid' END AS outcome
              FROM invoices
              JOIN res_company company ON company.id = invoices.company_id
            """
        )
