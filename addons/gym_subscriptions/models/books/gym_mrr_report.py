from odoo import fields, models
from odoo.tools import SQL

from ...domain import mrr


class GymMrrReport(models.Model):
    """Monthly recurring revenue of each member at the end of each month, and why it changed since the month before.

    What a member is worth is the sum of ``monthly_value`` of the billed periods that cover the day: the last one of the
    month, or today in the month that runs. The kinds of movement are those of ``domain/mrr.py``; its test compares.
    Days are civil dates of the branches, so nothing depends on anybody's time zone.
    """

    _name = "gym.mrr.report"
    _description = "Recurring Revenue"
    _auto = False
    _order = "month desc, mrr desc, id"
    _rec_name = "member_id"

    month = fields.Date(readonly=True, help="First day of the month; the figures are those of its last day.")
    member_id = fields.Many2one("gym.member", readonly=True)
    plan_id = fields.Many2one("gym.plan", readonly=True, help="The dearest one of the member that month.")
    location_id = fields.Many2one("gym.location", string="Branch", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    kind = fields.Selection(
        [
            ("same", "No change"),
            (mrr.NEW, "New"),
            (mrr.EXPANSION, "Expansion"),
            (mrr.CONTRACTION, "Contraction"),
            (mrr.CHURN, "Churn"),
            (mrr.REACTIVATION, "Reactivation"),
        ],
        string="Movement",
        readonly=True,
    )
    mrr = fields.Monetary(string="MRR", readonly=True, help="Without IVA; a year has 12 months and 365 days.")
    arpu = fields.Monetary(
        string="ARPU", readonly=True, aggregator="avg", help="MRR for each member who has any, without IVA."
    )
    change = fields.Monetary(readonly=True, help="Since the end of the month before.")
    members = fields.Integer(readonly=True, help="Who is subscribed at the end of the month.")
    churned = fields.Integer(
        string="Left", readonly=True, help="Who was subscribed a month before and is not any more."
    )
    churn_percent = fields.Float(
        string="Churn %",
        readonly=True,
        aggregator="avg",
        help="Who left, of a hundred who were subscribed at the end of the month before.",
    )
    cohort = fields.Date(readonly=True, help="Month at whose end the member was subscribed for the first time.")
    age = fields.Integer(string="Months Since", readonly=True, aggregator=None, help="Months since the first one.")
    retention_percent = fields.Float(
        string="Retention %",
        readonly=True,
        help="Who is still (or again) subscribed, of a hundred of the cohort. Group by cohort and by months since.",
    )

    def _get_today(self):
        """Return the latest civil date at any branch of the companies switched on."""
        return max(company._get_gym_day() for company in self.env.companies)

    @property
    def _table_query(self):
        return SQL(
            """
            WITH days AS (
                SELECT month::date AS month,
                       LEAST((month + INTERVAL '1 month')::date - 1, %(today)s) AS day
                  FROM generate_series(
                           (SELECT date_trunc('month', MIN(date_start)) FROM gym_subscription_period
                             WHERE monthly_value != 0),
                           %(today)s::date, INTERVAL '1 month') AS month
            ), cover AS (
                SELECT days.month, period.company_id, sub.member_id, SUM(period.monthly_value) AS mrr,
                       (ARRAY_AGG(period.location_id ORDER BY period.monthly_value DESC, period.id))[1] AS location_id,
                       (ARRAY_AGG(COALESCE(period.plan_id, sub.plan_id)
                                  ORDER BY period.monthly_value DESC, period.id))[1] AS plan_id
                  FROM days
                  JOIN gym_subscription_period period
                    ON period.date_start <= days.day AND period.date_until > days.day AND period.monthly_value != 0
                  JOIN gym_subscription sub ON sub.id = period.subscription_id
                 GROUP BY days.month, period.company_id, sub.member_id
                HAVING SUM(period.monthly_value) > 0
            ), firsts AS (
                SELECT company_id, member_id, MIN(month) AS cohort FROM cover GROUP BY company_id, member_id
            ), sizes AS (
                SELECT company_id, cohort, COUNT(*) AS size FROM firsts GROUP BY company_id, cohort
            ), steps AS (
                SELECT COALESCE(now.month, (was.month + INTERVAL '1 month')::date) AS month,
                       COALESCE(now.company_id, was.company_id) AS company_id,
                       COALESCE(now.member_id, was.member_id) AS member_id,
                       COALESCE(now.location_id, was.location_id) AS location_id,
                       COALESCE(now.plan_id, was.plan_id) AS plan_id,
                       now.mrr AS now, was.mrr AS was
                  FROM cover now
                  FULL JOIN cover was
                    ON was.company_id = now.company_id AND was.member_id = now.member_id
                   AND (was.month + INTERVAL '1 month')::date = now.month
            )
            SELECT ROW_NUMBER() OVER (ORDER BY steps.month, steps.company_id, steps.member_id) AS id,
                   steps.month, steps.company_id, steps.member_id, steps.location_id, steps.plan_id,
                   company.currency_id, firsts.cohort,
                   COALESCE(steps.now, 0) AS mrr,
                   steps.now AS arpu,
                   COALESCE(steps.now, 0) - COALESCE(steps.was, 0) AS change,
                   CASE WHEN steps.now IS NULL THEN 0 ELSE 1 END AS members,
                   CASE WHEN steps.now IS NULL THEN 1 ELSE 0 END AS churned,
                   CASE WHEN steps.was IS NULL THEN NULL WHEN steps.now IS NULL THEN 100 ELSE 0 END AS churn_percent,
                   (EXTRACT(YEAR FROM AGE(steps.month, firsts.cohort)) * 12
                    + EXTRACT(MONTH FROM AGE(steps.month, firsts.cohort)))::int AS age,
                   CASE WHEN steps.now IS NULL THEN 0 ELSE 100.0 / sizes.size END AS retention_percent,
                   CASE WHEN steps.now IS NULL THEN %(churn)s
                        WHEN steps.was IS NULL AND steps.month = firsts.cohort THEN %(new)s
                        WHEN steps.was IS NULL THEN %(reactivation)s
                        WHEN steps.now > steps.was THEN %(expansion)s
                        WHEN steps.now < steps.was THEN %(contraction)s
                        ELSE 'same' END AS kind
              FROM steps
              JOIN firsts ON firsts.company_id = steps.company_id AND firsts.member_id = steps.member_id
              JOIN sizes ON sizes.company_id = firsts.company_id AND sizes.cohort = firsts.cohort
              JOIN res_company company ON company.id = steps.company_id
             WHERE steps.month <= %(today)s
            """,
            today=self._get_today(),
            new=mrr.NEW,
            expansion=mrr.EXPANSION,
            contraction=mrr.CONTRACTION,
            churn=mrr.CHURN,
            reactivation=mrr.REACTIVATION,
        )
