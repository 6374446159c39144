from odoo import api, fields, models
from odoo.tools import format_date


class GymLocationClosure(models.Model):
    """Days on which a branch does not open: a holiday, works, an emergency."""

    _name = "gym.location.closure"
    _description = "Branch Closure"
    _inherit = ["gym.relation.guard"]
    _order = "date_start desc, id desc"

    location_id = fields.Many2one("gym.location", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="location_id.company_id", store=True, index=True)
    date_start = fields.Date(string="From", required=True, default=lambda self: self._default_date_start())
    date_end = fields.Date(string="Until", required=True, help="Last closed day; the first one when left empty.")
    reason = fields.Char(required=True, translate=True)

    _dates_in_order = models.Constraint(
        "CHECK (date_end >= date_start)", "A closure cannot end before the day it starts."
    )

    @api.model
    def _default_date_start(self):
        return self.env["gym.location"].browse(self.env.context.get("default_location_id", []))._today()

    @api.onchange("date_start")
    def _onchange_date_start(self):
        if self.date_start and (not self.date_end or self.date_end < self.date_start):
            self.date_end = self.date_start

    @api.depends("location_id", "date_start", "date_end")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for closure in self:
            first, last = (format_date(self.env, day) for day in (closure.date_start, closure.date_end))
            closure.display_name = f"{closure.location_id.name}: {first} – {last}"

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([{"date_end": vals.get("date_start"), **vals} for vals in vals_list])

    def _covers(self, day):
        """Tell whether one of these closures includes the civil date ``day``."""
        return any(closure.date_start <= day <= closure.date_end for closure in self)
