from odoo import fields, models
from odoo.tools import SQL


class GymCohortReport(models.Model):
    """Each member in each month since the first: subscribed at its end or not. Branch and plan are the first ones."""

    _name = "gym.cohort.report"
    _description = "Cohort Retention"
    _auto = False
    _order = "cohort desc, month, id"
    _rec_name = "member_id"

    cohort = fields.Date(readonly=True, help="Month at whose end the member was subscribed for the first time.")
    month = fields.Date(readonly=True)
    age = fields.Integer(string="Months Since", readonly=True, aggregator=None, help="Months since the first one.")
    member_id = fields.Many2one("gym.member", readonly=True)
    plan_id = fields.Many2one("gym.plan", readonly=True)
    location_id = fields.Many2one("gym.location", string="Branch", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    members = fields.Integer(readonly=True, help="Members subscribed at the end of the month.")
    retention_percent = fields.Float(
        string="Retention %",
        readonly=True,
        aggregator="avg",
        help="Members still (or again) subscribed, of a hundred who began.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            WITH revenue AS (%s), began AS (
                SELECT company_id, member_id, location_id, plan_id, cohort FROM revenue WHERE month = cohort
            ), months AS (
                SELECT month::date AS month
                  FROM generate_series((SELECT MIN(month) FROM revenue)::timestamp, %s::date,
                                       INTERVAL '1 month') AS month
            )
            SELECT began.member_id::bigint * 100000
                   + (EXTRACT(YEAR FROM months.month) * 12 + EXTRACT(MONTH FROM months.month))::int AS id,
                   began.company_id, began.member_id, began.location_id, began.plan_id, began.cohort, months.month,
                   ((EXTRACT(YEAR FROM months.month) - EXTRACT(YEAR FROM began.cohort)) * 12
                    + EXTRACT(MONTH FROM months.month) - EXTRACT(MONTH FROM began.cohort))::int AS age,
                   COALESCE(revenue.members, 0) AS members,
                   COALESCE(revenue.members, 0) * 100 AS retention_percent
              FROM began
              JOIN months ON months.month >= began.cohort
              LEFT JOIN revenue
                ON revenue.company_id = began.company_id AND revenue.member_id = began.member_id
               AND revenue.month = months.month
            """,
            self.env["gym.mrr.report"]._table_query,
            self.env["gym.mrr.report"]._get_today(),
        )
