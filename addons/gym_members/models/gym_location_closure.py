from odoo import api, fields, models


class GymLocationClosure(models.Model):
    """Days on which a branch does not open: a holiday, works, an emergency."""

    _name = "gym.location.closure"
    _description = "Branch Closure"
    _order = "date_start desc, id desc"

    location_id = fields.Many2one("gym.location", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="location_id.company_id", store=True, index=True)
    date_start = fields.Date(string="From", required=True, default=fields.Date.context_today)
    date_end = fields.Date(
        string="Until", required=True, compute="_compute_date_end", store=True, readonly=False, help="Last closed day."
    )
    reason = fields.Char(required=True, translate=True)

    _dates_in_order = models.Constraint(
        "CHECK (date_end >= date_start)", "A closure cannot end before the day it starts."
    )

    @api.depends("date_start")
    def _compute_date_end(self):
        for closure in self:
            if not closure.date_end or closure.date_end < closure.date_start:
                closure.date_end = closure.date_start

    @api.depends("location_id", "date_start", "date_end")
    def _compute_display_name(self):
        for closure in self:
            closure.display_name = f"{closure.location_id.name}: {closure.date_start} – {closure.date_end}"
