from odoo import fields, models
from odoo.tools import SQL


class GymValueReport(models.Model):
    """What each member has been billed in all, as the invoices posted it: the value of a member so far.

    A transfer changes nothing of it: what was billed stays with the member of that time. Credit notes that an
    accountant made by hand are those of the member whose line they give back.
    """

    _name = "gym.value.report"
    _description = "Member Value"
    _auto = False
    _order = "amount desc, id"
    _rec_name = "member_id"

    member_id = fields.Many2one("gym.member", readonly=True)
    plan_id = fields.Many2one("gym.plan", readonly=True, help="Of the subscription that began last.")
    location_id = fields.Many2one("gym.location", string="Branch", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    channel = fields.Selection(
        [("desk", "Front desk"), ("online", "Online"), ("import", "Import")], string="Joined Through", readonly=True
    )
    date_joined = fields.Date(string="Since", readonly=True)
    is_subscribed = fields.Boolean(string="Subscribed Now", readonly=True)
    months = fields.Float(readonly=True, aggregator="avg", help="From the first billed day to the last one or today.")
    amount_dues = fields.Monetary(string="Dues", readonly=True, help="Less what was given back; without IVA.")
    amount_fees = fields.Monetary(string="Fees", readonly=True, help="Enrolment, freezes, leaving; without IVA.")
    amount = fields.Monetary(string="Billed", readonly=True, help="Dues and fees, without IVA.")
    lifetime_value = fields.Monetary(
        string="LTV",
        readonly=True,
        aggregator="avg",
        help="What a member brings in on average until now, without IVA. With those who are still here it grows on.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            WITH dues AS (
                SELECT company_id, member_id, SUM(amount_untaxed) AS amount
                  FROM gym_subscription_period
                 GROUP BY company_id, member_id
            ), stays AS (
                SELECT company_id, member_id, MIN(held_from) AS first_day,
                       MAX(held_until) FILTER (WHERE amount >= 0) AS last_day,
                       BOOL_OR(amount >= 0 AND held_from <= %(today)s AND held_until > %(today)s) AS is_subscribed
                  FROM (%(held)s) held
                 GROUP BY company_id, member_id
            ), fees AS (
                SELECT sub.company_id, COALESCE(due.member_id, sub.member_id) AS member_id,
                       -SUM(item.balance) AS amount
                  FROM gym_due due
                  JOIN gym_subscription sub ON sub.id = due.subscription_id
                  JOIN account_move_line item ON item.id = due.move_line_id AND item.parent_state = 'posted'
                 WHERE due.date_start IS NULL
                 GROUP BY sub.company_id, COALESCE(due.member_id, sub.member_id)
            ), billed AS (
                SELECT company_id, member_id, move_id, move_line_id FROM gym_subscription_period
                 UNION ALL
                SELECT sub.company_id, COALESCE(due.member_id, sub.member_id), due.move_id, due.move_line_id
                  FROM gym_due due
                  JOIN gym_subscription sub ON sub.id = due.subscription_id
                 WHERE due.date_start IS NULL
            ), given_back AS (
                SELECT billed.company_id, billed.member_id, -SUM(item.balance) AS amount
                  FROM account_move note
                  JOIN account_move_line item ON item.move_id = note.id AND item.display_type = 'product'
                  JOIN LATERAL (
                       SELECT billed.company_id, billed.member_id
                         FROM billed
                         JOIN account_move_line line ON line.id = billed.move_line_id
                        WHERE billed.move_id = note.reversed_entry_id
                        ORDER BY line.id = item.gym_reversed_line_id DESC NULLS LAST,
                                 line.product_id = item.product_id DESC NULLS LAST,
                                 line.price_unit = item.price_unit DESC, line.id
                        LIMIT 1
                  ) billed ON TRUE
                 WHERE note.state = 'posted' AND note.move_type = 'out_refund'
                   AND NOT EXISTS (SELECT FROM gym_subscription_period WHERE move_line_id = item.id)
                   AND NOT EXISTS (SELECT FROM gym_due WHERE move_line_id = item.id)
                 GROUP BY billed.company_id, billed.member_id
            ), people AS (
                SELECT company_id, member_id, plan_id, location_id, channel, date_start, id
                  FROM gym_subscription
                 WHERE state != 'draft'
                 UNION ALL
                SELECT sub.company_id, period.member_id, sub.plan_id, sub.location_id, sub.channel, sub.date_start,
                       sub.id
                  FROM gym_subscription_period period
                  JOIN gym_subscription sub ON sub.id = period.subscription_id AND sub.member_id != period.member_id
            ), last AS (
                SELECT DISTINCT ON (company_id, member_id) company_id, member_id, plan_id, location_id, channel
                  FROM people
                 ORDER BY company_id, member_id, date_start DESC, id DESC
            )
            SELECT last.member_id::bigint * 10000 + last.company_id AS id, last.company_id, last.member_id,
                   last.plan_id, last.location_id, last.channel, company.currency_id,
                   stays.first_day AS date_joined, COALESCE(stays.is_subscribed, FALSE) AS is_subscribed,
                   ROUND((LEAST(stays.last_day, %(today)s) - stays.first_day) * 12 / 365.0, 1) AS months,
                   COALESCE(dues.amount, 0) + COALESCE(given_back.amount, 0) AS amount_dues,
                   COALESCE(fees.amount, 0) AS amount_fees,
                   COALESCE(dues.amount, 0) + COALESCE(given_back.amount, 0) + COALESCE(fees.amount, 0) AS amount,
                   COALESCE(dues.amount, 0) + COALESCE(given_back.amount, 0) + COALESCE(fees.amount, 0)
                       AS lifetime_value
              FROM last
              JOIN res_company company ON company.id = last.company_id
              LEFT JOIN dues ON dues.company_id = last.company_id AND dues.member_id = last.member_id
              LEFT JOIN stays ON stays.company_id = last.company_id AND stays.member_id = last.member_id
              LEFT JOIN given_back ON given_back.company_id = last.company_id
                                  AND given_back.member_id = last.member_id
              LEFT JOIN fees ON fees.company_id = last.company_id AND fees.member_id = last.member_id
             WHERE stays.member_id IS NOT NULL OR fees.member_id IS NOT NULL
            """,
            today=self.env["gym.mrr.report"]._get_today(),
            held=self.env["gym.subscription.period"]._get_held_query(),
        )
