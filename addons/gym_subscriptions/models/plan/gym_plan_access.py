from datetime import timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class GymPlan(models.Model):
    """What a plan gives access to; the door, classes and passes read it."""

    _inherit = "gym.plan"

    access_scope = fields.Selection(
        [("home", "The branch of the subscription"), ("list", "Chosen branches"), ("all", "Every branch")],
        string="Branches",
        default="home",
        required=True,
        tracking=True,
    )
    access_location_ids = fields.Many2many(
        "gym.location",
        "gym_plan_access_rel",
        string="Chosen Branches",
        domain="[('kind', '=', 'branch'), ('company_id', '=', company_id)]",
    )
    access_calendar_id = fields.Many2one(
        "resource.calendar",
        string="Hours",
        check_company=True,
        ondelete="restrict",
        help="Hours of access. Leave empty for the branch's opening hours.",
    )
    visits_per_period = fields.Integer(help="0: as many as they like.")
    guest_passes_per_period = fields.Integer(string="Guest Passes per Period")
    class_credits_per_period = fields.Integer(string="Classes per Period")

    _allowances_not_negative = models.Constraint(
        "CHECK (visits_per_period >= 0 AND guest_passes_per_period >= 0 AND class_credits_per_period >= 0)",
        "Visits, passes and classes cannot be negative.",
    )

    @api.constrains("access_scope", "access_location_ids")
    def _check_chosen_branches(self):
        for plan in self:
            if plan.access_scope == "list" and not plan.access_location_ids:
                raise ValidationError(self.env._("Choose the branches that %(plan)s gives access to.", plan=plan.name))
            if plan.access_location_ids.filtered(lambda location, plan=plan: location.company_id != plan.company_id):
                raise ValidationError(
                    self.env._(
                        "%(plan)s can only give access to branches of %(company)s.",
                        plan=plan.name,
                        company=plan.company_id.name,
                    )
                )

    def _get_access_locations(self, home):
        """Return the branches that this plan opens to members who subscribed at ``home``."""
        self.ensure_one()
        if self.access_scope == "home":
            return home
        if self.access_scope == "list":
            return self.access_location_ids
        return self.env["gym.location"].search([("company_id", "=", self.company_id.id), ("kind", "=", "branch")])

    def _get_hours_at(self, location, at):
        """Tell whether this plan lets in at the naive UTC instant ``at``; without hours of its own it always does."""
        self.ensure_one()
        if not self.access_calendar_id:
            return True
        local = location._to_local(at)
        zone = pytz.timezone(location._get_time_zone())  # Odoo's calendars know no other kind
        calendar = self.access_calendar_id
        return bool(calendar._attendance_intervals_batch(local, local + timedelta(minutes=1), tz=zone)[False])
