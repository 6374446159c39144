from odoo import api, fields, models


class GymSubscriptionFreeze(models.Model):
    """Days on which a subscription rests: no access, no dues."""

    _name = "gym.subscription.freeze"
    _description = "Freeze of a Subscription"
    _order = "date_start desc, id desc"

    subscription_id = fields.Many2one("gym.subscription", required=True, index=True, ondelete="restrict", readonly=True)
    company_id = fields.Many2one(related="subscription_id.company_id", store=True, index=True)
    location_id = fields.Many2one(related="subscription_id.location_id", store=True, index=True)
    date_start = fields.Date(string="From", required=True, readonly=True)
    date_end = fields.Date(string="Until", required=True, readonly=True, help="First day on which it goes on.")
    state = fields.Selection(
        [("planned", "Planned"), ("running", "Running"), ("done", "Done"), ("undone", "Undone")],
        default="planned",
        required=True,
        readonly=True,
    )
    reason = fields.Char(readonly=True)

    _ends_after_start = models.Constraint("CHECK (date_end > date_start)", "A freeze lasts at least one day.")

    @api.depends("date_start", "date_end")
    def _compute_display_name(self):
        for freeze in self:
            freeze.display_name = f"{freeze.date_start} – {freeze.date_end}"
