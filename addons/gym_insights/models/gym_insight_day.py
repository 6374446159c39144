from odoo import fields, models
from odoo.tools import SQL


class GymInsightDay(models.Model):
    """What a day that is over came to at a branch: kept, so that comparing costs the same however large the gym is.

    What is owed is as it stood when the day was first kept; the rest is reckoned anew for as long as entries of past
    days still arrive.
    """

    _name = "gym.insight.day"
    _description = "Summary of a Day"
    _order = "date desc, location_id"
    _rec_name = "date"

    location_id = fields.Many2one("gym.location", string="Branch", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="location_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, readonly=True, help="Civil day of the branch.")
    joined = fields.Integer(readonly=True, help="Subscriptions that began.")
    ended = fields.Integer(readonly=True, help="Subscriptions of which it was the first day without access.")
    revenue = fields.Monetary(
        string="Recurring Revenue", readonly=True, aggregator="avg", help="A month, without IVA, as of that day."
    )
    received = fields.Monetary(readonly=True, help="Payments of customers, IVA included.")
    owed = fields.Monetary(readonly=True, aggregator="avg", help="Overdue dues; empty for days before it was noted.")
    is_owed_known = fields.Boolean(readonly=True)

    _once = models.UniqueIndex("(location_id, date)", "That day of the branch is summarized already.")

    def _keep(self, location, first, last, owed=None):
        """Summarize the days of a branch from ``first`` to ``last``, both inclusive; again changes nothing.

        :param float owed: what is overdue now, noted for ``last`` unless something was noted before
        """
        self.env.flush_all()
        self.env.cr.execute(self._get_keeping_query(location, first, last, owed))
        self.invalidate_model()

    def _get_keeping_query(self, location, first, last, owed):
        return SQL(
            """
            INSERT INTO gym_insight_day (location_id, company_id, date, joined, ended, revenue, received, owed,
                                         is_owed_known, create_uid, create_date, write_uid, write_date)
            SELECT %(location)s, %(company)s, day.date, COALESCE(joined.count, 0), COALESCE(ended.count, 0),
                   COALESCE(value.sum, 0), COALESCE(money.sum, 0),
                   CASE WHEN day.date = %(last)s THEN %(owed)s::numeric END,
                   day.date = %(last)s AND %(owed)s::numeric IS NOT NULL,
                   %(user)s, now() AT TIME ZONE 'UTC', %(user)s, now() AT TIME ZONE 'UTC'
              FROM (SELECT generate_series(%(first)s::date, %(last)s::date, INTERVAL '1 day')::date AS date) day
              LEFT JOIN (SELECT date_start AS date, COUNT(*) AS count FROM gym_subscription
                          WHERE location_id = %(location)s AND state != 'draft'
                            AND date_start BETWEEN %(first)s AND %(last)s GROUP BY date_start) joined
                ON joined.date = day.date
              LEFT JOIN (SELECT date_end AS date, COUNT(*) AS count FROM gym_subscription
                          WHERE location_id = %(location)s AND state != 'draft'
                            AND date_end BETWEEN %(first)s AND %(last)s GROUP BY date_end) ended
                ON ended.date = day.date
              LEFT JOIN (SELECT date, SUM(amount) AS sum FROM (%(money)s) money
                          WHERE location_id = %(location)s AND date BETWEEN %(first)s AND %(last)s
                          GROUP BY date) money
                ON money.date = day.date
              LEFT JOIN (SELECT date, SUM(SUM(change)) OVER (ORDER BY date) AS sum FROM (
                              SELECT GREATEST(date_start, %(first)s) AS date, monthly_value AS change
                                FROM gym_subscription_period
                               WHERE location_id = %(location)s AND monthly_value != 0
                                 AND date_until > date_start AND date_start <= %(last)s
                               UNION ALL
                              SELECT GREATEST(date_until, %(first)s), -monthly_value
                                FROM gym_subscription_period
                               WHERE location_id = %(location)s AND monthly_value != 0
                                 AND date_until > date_start AND date_until <= %(last)s
                               UNION ALL
                              SELECT generate_series(%(first)s::date, %(last)s::date, INTERVAL '1 day')::date, 0
                          ) changes GROUP BY date) value
                ON value.date = day.date
                ON CONFLICT (location_id, date) DO UPDATE
               SET joined = EXCLUDED.joined, ended = EXCLUDED.ended, revenue = EXCLUDED.revenue,
                   received = EXCLUDED.received, write_date = EXCLUDED.write_date,
                   owed = CASE WHEN gym_insight_day.is_owed_known THEN gym_insight_day.owed ELSE EXCLUDED.owed END,
                   is_owed_known = gym_insight_day.is_owed_known OR EXCLUDED.is_owed_known
            """,
            location=location.id,
            company=location.company_id.id,
            first=first,
            last=last,
            owed=owed,
            user=self.env.uid,
            money=self.env["gym.money.report"]._table_query,
        )
