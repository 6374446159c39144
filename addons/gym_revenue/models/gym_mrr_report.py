from odoo import fields, models
from odoo.tools import SQL

from ..domain import mrr

# How things stand at the end of a month does not add up over months: measure -> how it adds up over members
STANDINGS = {"mrr:sum": "SUM", "members:sum": "SUM", "arpu:avg": "AVG"}


class GymMrrReport(models.Model):
    """Monthly recurring revenue of each member at the end of each month, and why it changed since the month before.

    What a member is worth is the sum of ``monthly_value`` of the billed periods that cover the day: the last one of the
    month, or today in the month that runs. From the day of a transfer on they are the receiver's. The kinds of movement
    are those of ``domain/mrr.py``; its test compares. Days are civil dates of the branches, so nothing depends on
    anybody's time zone. Groups of several months, such as the total of a pivot, have the revenue and the members of
    their last month, and the movements of all.
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
    mrr = fields.Monetary(
        string="MRR",
        readonly=True,
        help="Without IVA; a year has 12 months and 365 days. Of several months, that of the last one.",
    )
    arpu = fields.Monetary(
        string="ARPU",
        readonly=True,
        aggregator="avg",
        help="MRR for each member who has any, without IVA. Of several months, that of the last one.",
    )
    change = fields.Monetary(readonly=True, help="Since the end of the month before.")
    members = fields.Integer(
        readonly=True, help="Members subscribed at the end of the month. Of several months, of the last one."
    )
    churned = fields.Integer(
        string="Left", readonly=True, help="Who was subscribed a month before and is not any more."
    )
    churn_percent = fields.Float(
        string="Churn %",
        readonly=True,
        aggregator="avg",
        help="Members who left, of a hundred subscribed at the end of the month before.",
    )
    cohort = fields.Date(readonly=True, help="Month at whose end the member was subscribed for the first time.")

    def _get_today(self):
        """Return the latest civil date at any branch of the companies switched on."""
        return max(company._get_gym_day() for company in self.env.companies)

    def _read_group_select(self, aggregate_spec, query):
        """Override: how things stand is read at the end of the group's last month."""
        if aggregate_spec not in STANDINGS:
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            """(SELECT %(function)s(standing.value)
                  FROM unnest(ARRAY_AGG(%(value)s), ARRAY_AGG(%(month)s)) AS standing(value, month)
                 WHERE standing.month = MAX(%(month)s))""",
            function=SQL(STANDINGS[aggregate_spec]),
            value=self._field_to_sql(self._table, aggregate_spec.split(":")[0], query),
            month=self._field_to_sql(self._table, "month", query),
        )

    @property
    def _table_query(self):
        return SQL(
            """
            WITH days AS (
                SELECT month::date AS month,
                       (EXTRACT(YEAR FROM month) * 12 + EXTRACT(MONTH FROM month))::int AS number,
                       LEAST((month + INTERVAL '1 month')::date - 1, %(today)s) AS day
                  FROM generate_series(
                           (SELECT date_trunc('month', MIN(date_start)) FROM gym_subscription_period
                             WHERE monthly_value != 0),
                           %(today)s::date, INTERVAL '1 month') AS month
            ), cover AS (
                SELECT days.number, period.company_id, period.member_id, SUM(period.monthly_value) AS mrr,
                       MAX(ARRAY[(period.monthly_value * 100)::bigint, period.location_id,
                                 COALESCE(period.plan_id, sub.plan_id)]) AS dearest
                  FROM days
                  JOIN (%(held)s) period
                    ON period.held_from <= days.day AND period.held_until > days.day AND period.monthly_value != 0
                  JOIN gym_subscription sub ON sub.id = period.subscription_id
                 GROUP BY period.company_id, period.member_id, days.number
                HAVING SUM(period.monthly_value) > 0
            ), timeline AS (
                SELECT cover.*,
                       MIN(number) OVER (PARTITION BY company_id, member_id) AS cohort,
                       LAG(number) OVER person AS number_before,
                       LAG(mrr) OVER person AS mrr_before,
                       LEAD(number) OVER person AS number_after
                  FROM cover
                WINDOW person AS (PARTITION BY company_id, member_id ORDER BY number)
            ), steps AS (
                SELECT number, company_id, member_id, dearest, cohort, mrr AS now,
                       CASE WHEN number_before = number - 1 THEN mrr_before END AS was
                  FROM timeline
                 UNION ALL
                SELECT number + 1, company_id, member_id, dearest, cohort, NULL, mrr
                  FROM timeline
                 WHERE number_after IS DISTINCT FROM number + 1 AND number < (SELECT MAX(number) FROM days)
            )
            SELECT steps.member_id::bigint * 100000 + steps.number AS id,
                   days.month, steps.company_id, steps.member_id, company.currency_id,
                   steps.dearest[2]::int AS location_id, steps.dearest[3]::int AS plan_id,
                   firsts.month AS cohort,
                   COALESCE(steps.now, 0) AS mrr,
                   steps.now AS arpu,
                   COALESCE(steps.now, 0) - COALESCE(steps.was, 0) AS change,
                   CASE WHEN steps.now IS NULL THEN 0 ELSE 1 END AS members,
                   CASE WHEN steps.now IS NULL THEN 1 ELSE 0 END AS churned,
                   CASE WHEN steps.was IS NULL THEN NULL WHEN steps.now IS NULL THEN 100 ELSE 0 END AS churn_percent,
                   CASE WHEN steps.now IS NULL THEN %(churn)s
                        WHEN steps.was IS NULL AND steps.number = steps.cohort THEN %(new)s
                        WHEN steps.was IS NULL THEN %(reactivation)s
                        WHEN steps.now > steps.was THEN %(expansion)s
                        WHEN steps.now < steps.was THEN %(contraction)s
                        ELSE 'same' END AS kind
              FROM steps
              JOIN days ON days.number = steps.number
              JOIN days firsts ON firsts.number = steps.cohort
              JOIN res_company company ON company.id = steps.company_id
            """,
            today=self._get_today(),
            held=self.env["gym.subscription.period"]._get_held_query(),
            new=mrr.NEW,
            expansion=mrr.EXPANSION,
            contraction=mrr.CONTRACTION,
            churn=mrr.CHURN,
            reactivation=mrr.REACTIVATION,
        )
