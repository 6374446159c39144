from odoo import api, fields, models
from odoo.tools import SQL


class GymMoneyReport(models.Model):
    """Money that customers paid, by the branch whose dues it paid; what pays no dues is of the payer's own branch.

    One row for each invoice of dues that a payment pays and one for what is left of it. Their sum is what the payments
    of the day credited to customers in the ledger.
    """

    _name = "gym.money.report"
    _description = "Money Received"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    date = fields.Date(readonly=True)
    partner_id = fields.Many2one("res.partner", string="Received From", readonly=True)
    move_id = fields.Many2one("account.move", string="Invoice", readonly=True, groups="account.group_account_readonly")
    reference = fields.Char(readonly=True)
    journal_id = fields.Many2one("account.journal", string="Received In", readonly=True)
    location_id = fields.Many2one("gym.location", string="Branch", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount = fields.Monetary(readonly=True, help="IVA included.")

    @api.depends("partner_id")
    def _compute_display_name(self):
        for row in self:
            row.display_name = row.sudo().partner_id.name

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT part.id::bigint * 2 AS id, payment.date, payment.partner_id, invoice.id AS move_id,
                   COALESCE(payment.memo, invoice.name) AS reference, payment.journal_id,
                   invoice.gym_location_id AS location_id, payment.company_id, company.currency_id, part.amount
              FROM account_payment payment
              JOIN account_move_line line ON line.move_id = payment.move_id AND line.parent_state = 'posted'
              JOIN account_account account ON account.id = line.account_id
               AND account.account_type = 'asset_receivable'
              JOIN account_partial_reconcile part ON part.credit_move_id = line.id
              JOIN account_move_line debit ON debit.id = part.debit_move_id
              JOIN account_move invoice ON invoice.id = debit.move_id AND invoice.gym_location_id IS NOT NULL
              JOIN res_company company ON company.id = payment.company_id
             WHERE payment.payment_type = 'inbound' AND payment.partner_type = 'customer'
             UNION ALL
            SELECT line.id::bigint * 2 + 1, payment.date, payment.partner_id, NULL, payment.memo, payment.journal_id,
                   home.location_id, payment.company_id, company.currency_id, -line.balance - used.amount
              FROM account_payment payment
              JOIN account_move_line line ON line.move_id = payment.move_id AND line.parent_state = 'posted'
              JOIN account_account account ON account.id = line.account_id
               AND account.account_type = 'asset_receivable'
              JOIN res_company company ON company.id = payment.company_id
             CROSS JOIN LATERAL (
                   SELECT COALESCE(SUM(part.amount), 0) AS amount
                     FROM account_partial_reconcile part
                     JOIN account_move_line debit ON debit.id = part.debit_move_id
                     JOIN account_move invoice ON invoice.id = debit.move_id AND invoice.gym_location_id IS NOT NULL
                    WHERE part.credit_move_id = line.id) used
              LEFT JOIN LATERAL (
                   SELECT member.location_id
                     FROM gym_member member
                    WHERE member.company_id = payment.company_id
                      AND (member.partner_id = payment.partner_id OR member.payer_id = payment.partner_id)
                    ORDER BY member.partner_id = payment.partner_id DESC, member.id
                    LIMIT 1) home ON TRUE
             WHERE payment.payment_type = 'inbound' AND payment.partner_type = 'customer'
               AND -line.balance != used.amount
            """
        )
