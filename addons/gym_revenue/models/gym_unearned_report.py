from odoo import fields, models
from odoo.tools import SQL


class GymUnearnedReport(models.Model):
    """What was deferred, and what of it was earned, by accounting date: the sum up to a day is that day's liability."""

    _name = "gym.unearned.report"
    _description = "Unearned Dues"
    _auto = False
    _order = "date desc, id desc"

    date = fields.Date(readonly=True)
    kind = fields.Selection(
        [("billed", "Billed"), ("given_back", "Given back"), ("earned", "Earned"), ("given_up", "Given up")],
        readonly=True,
    )
    deferral_id = fields.Many2one("gym.deferral", readonly=True)
    move_id = fields.Many2one("account.move", string="Journal Entry", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    location_id = fields.Many2one("gym.location", string="Branch", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Billed To", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount = fields.Monetary(readonly=True, help="Without IVA; only what is billed is positive.")

    @property
    def _table_query(self):
        """Rows of deferrals have even ids, those of closed months odd ones."""
        return SQL(
            """
            SELECT row.id * 2 AS id, row.date, row.id AS deferral_id, row.move_id, row.company_id, row.location_id,
                   row.partner_id, company.currency_id, row.amount,
                   CASE WHEN row.amount < 0 THEN 'given_back' ELSE 'billed' END AS kind
              FROM gym_deferral row
              JOIN res_company company ON company.id = row.company_id
             WHERE row.amount != 0
             UNION ALL
            SELECT entry.id * 2 + 1, entry.date, row.id, entry.move_id, entry.company_id, entry.location_id,
                   row.partner_id, company.currency_id, -entry.amount, entry.kind
              FROM gym_deferral_entry entry
              JOIN gym_deferral row ON row.id = entry.deferral_id
              JOIN res_company company ON company.id = entry.company_id
            """
        )
