from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from odoo.addons.gym_access.models.gym_checkin import LET_IN

from ..domain import visits


class GymSegment(models.Model):
    """Segments by how often members came, as far as the visits may be seen by who looks."""

    _inherit = "gym.segment"

    visit_rule = fields.Selection(
        [(visits.AT_LEAST, "At least"), (visits.AT_MOST, "At most")],
        string="Came",
        help="Counts the visits that whoever looks may see.",
    )
    visit_count = fields.Integer(string="Visits", default=0)
    visit_days = fields.Integer(string="In the Last Days", default=30)

    @api.constrains("visit_rule", "visit_count", "visit_days")
    def _check_visits(self):
        for segment in self.filtered("visit_rule"):
            if segment.visit_count < 0 or not 1 <= segment.visit_days <= 730:
                raise ValidationError(
                    self.env._("%(segment)s: visits are counted from zero, over 1 to 730 days.", segment=segment.name)
                )

    @api.depends("visit_rule", "visit_count", "visit_days")
    def _compute_member_count(self):
        return super()._compute_member_count()

    def _get_member_domain(self):
        """Override of `gym_insights`: also how often they came."""
        domain = super()._get_member_domain()
        asked = self.visit_rule and visits.asked(self.visit_rule, self.visit_count)
        if not asked:
            return domain
        operator, compare, number = asked
        since = fields.Datetime.now() - timedelta(days=self.visit_days)
        came = Domain("direction", "=", "in") & Domain("outcome", "in", LET_IN) & Domain("occurred_at", ">=", since)
        groups = self.env["gym.checkin"]._read_group(
            came & Domain("company_id", "=", self.company_id.id) & Domain("member_id", "!=", False),
            ["member_id"],
            having=[("__count", compare, number)],
        )
        return domain & Domain("id", operator, [member.id for (member,) in groups])
