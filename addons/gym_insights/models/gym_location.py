from datetime import timedelta

from odoo import api, models

KEPT = timedelta(days=760)  # two years and a month: what the page compares with, and what a forecast learns from
AGAIN = timedelta(days=35)  # within which entries of a past day still arrive: payments booked late, invoices undone


class GymLocation(models.Model):
    _inherit = "gym.location"

    @api.model
    def _cron_keep_insight_days(self):
        """Summarize the days that are over, branch by branch. May run at any time and twice."""
        self.env["ir.cron"]._do_each(self.search([("kind", "=", "branch")]), "_keep_insight_days")

    def _keep_insight_days(self):
        """Summarize the days of these branches that are over: all of two years the first time, then the last ones."""
        days = self.env["gym.insight.day"].sudo()
        for location in self.sudo():
            today = location._today()
            known = days.search([("location_id", "=", location.id)], order="date desc", limit=1).date
            owed = self.env["gym.owing.report"].sudo()._get_owed(location).get(location.id, 0)
            first = min(known, today - AGAIN) if known else today - KEPT
            days._keep(location, first, today - timedelta(days=1), owed)
