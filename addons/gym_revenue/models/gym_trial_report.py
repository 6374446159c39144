from odoo import fields, models
from odoo.tools import SQL


class GymTrialReport(models.Model):
    """Trials and their results: a trial is converted when dues have been billed after it."""

    _name = "gym.trial.report"
    _description = "Trials"
    _auto = False
    _order = "date_start desc, id desc"
    _rec_name = "subscription_id"

    subscription_id = fields.Many2one("gym.subscription", readonly=True)
    member_id = fields.Many2one("gym.member", readonly=True)
    plan_id = fields.Many2one("gym.plan", readonly=True)
    location_id = fields.Many2one("gym.location", string="Branch", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    channel = fields.Selection(
        [("desk", "Front desk"), ("online", "Online"), ("import", "Import")], string="Joined Through", readonly=True
    )
    date_start = fields.Date(string="From", readonly=True)
    date_end = fields.Date(string="Ends Before", readonly=True, help="First day after the trial.")
    outcome = fields.Selection([("running", "Running"), ("converted", "Converted"), ("lost", "Lost")], readonly=True)
    converted = fields.Integer(readonly=True)
    conversion_percent = fields.Float(
        string="Conversion %", readonly=True, aggregator="avg", help="Of the trials that are over."
    )

    @property
    def _table_query(self):
        return SQL(
            """
            WITH trials AS (
                SELECT sub.*,
                       EXISTS (SELECT FROM gym_subscription_period period
                                WHERE period.subscription_id = sub.id AND period.kind = 'dues'
                                  AND period.amount > 0) AS is_converted
                  FROM gym_subscription sub
                 WHERE sub.date_trial_end IS NOT NULL AND sub.state != 'draft'
            )
            SELECT id, id AS subscription_id, member_id, plan_id, location_id, company_id, channel, date_start,
                   date_trial_end AS date_end,
                   CASE WHEN is_converted THEN 'converted' WHEN state = 'trialing' THEN 'running' ELSE 'lost' END
                       AS outcome,
                   is_converted::int AS converted,
                   CASE WHEN is_converted THEN 100 WHEN state = 'trialing' THEN NULL ELSE 0 END AS conversion_percent
              FROM trials
            """
        )
