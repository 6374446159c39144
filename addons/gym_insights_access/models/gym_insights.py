from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.gym_access.domain.days import day_bounds
from odoo.addons.gym_access.models.gym_checkin import LET_IN
from odoo.addons.gym_insights.domain import comparison


class GymInsights(models.AbstractModel):
    """Who is inside now and who came today, on the first page of owners and managers."""

    _inherit = "gym.insights"

    @api.model
    def _get_tiles(self, locations, today, past):
        """Override of `gym_insights`: two more."""
        tiles = super()._get_tiles(locations, today, past)
        return [*tiles, self._make_inside_tile(locations), self._make_visits_tile(locations)]

    def _make_inside_tile(self, locations):
        inside = Domain("location_id", "in", locations.ids)
        label = self.env._("Inside now")
        return {
            "key": "inside",
            "label": label,
            "value": str(self.env["gym.access.presence"].search_count(inside)),
            "changes": [],
            "action": self._make_action(label, "gym.access.presence", inside),
        }

    def _make_visits_tile(self, locations):
        """Return the visits of today, against those of a week ago until the same hour."""
        now = fields.Datetime.now()
        came = self._get_visits_domain(locations, now)
        count = self.env["gym.checkin"].search_count(came)
        before = self.env["gym.checkin"].search_count(self._get_visits_domain(locations, now - comparison.WEEK))
        label = self.env._("Visits today")
        text = self.env._("last week by this hour: %(count)s", count=before)
        return {
            "key": "visits",
            "label": label,
            "value": str(count),
            "changes": [{"text": text, "tone": comparison.tone(count, before, is_more_better=True)}],
            "action": self._make_action(label, "gym.checkin", came),
        }

    @api.model
    def _get_visits_domain(self, locations, until):
        """Return who was let in until an instant on its day, which is that of each branch."""
        let_in = Domain("direction", "=", "in") & Domain("outcome", "in", LET_IN)
        by_zone = locations.grouped(lambda one: one._get_time_zone())
        at_branch = Domain.OR(
            Domain("location_id", "in", group.ids)
            & Domain("occurred_at", ">=", day_bounds(group[:1]._today(until), zone)[0])
            for zone, group in by_zone.items()
        )
        return let_in & at_branch & Domain("occurred_at", "<", until + timedelta(seconds=1))
