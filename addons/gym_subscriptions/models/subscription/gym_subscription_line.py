from odoo import api, fields, models


class GymSubscriptionLine(models.Model):
    """A seat or an add-on of a subscription, from a day to a day (exclusive)."""

    _name = "gym.subscription.line"
    _description = "Seat or Add-on of a Subscription"
    _order = "date_start, id"

    subscription_id = fields.Many2one("gym.subscription", required=True, index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one(related="subscription_id.company_id", store=True, index=True)
    location_id = fields.Many2one(related="subscription_id.location_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection([("seat", "Seat"), ("addon", "Add-on")], required=True, readonly=True)
    addon_id = fields.Many2one("gym.plan.addon", readonly=True, ondelete="restrict", index="btree_not_null")
    member_id = fields.Many2one(
        "gym.member", readonly=True, ondelete="restrict", index="btree_not_null", help="Who trains on this seat."
    )
    cycle = fields.Selection(
        [("plan", "With the plan"), ("own", "On its own")], required=True, default="plan", readonly=True
    )
    quantity = fields.Integer(default=1, required=True, readonly=True)
    amount = fields.Monetary(
        string="Price", required=True, readonly=True, help="Of one, per period of its cycle, IVA included."
    )
    date_start = fields.Date(string="From", required=True, readonly=True)
    date_end = fields.Date(string="Until", readonly=True, help="First day on which it is no longer there.")
    is_live = fields.Boolean(default=True, readonly=True, help="Counts in the next period.")
    date_anchor = fields.Date(readonly=True, help="First billed day of its own cycle.")
    period_end = fields.Date(string="Paid Until", readonly=True)
    next_bill_date = fields.Date(string="Next Bill", readonly=True)

    _addon_or_seat = models.Constraint(
        "CHECK ((kind = 'addon') = (addon_id IS NOT NULL))", "An add-on line names its add-on."
    )
    _quantity_positive = models.Constraint("CHECK (quantity > 0)", "There is at least one.")
    _due = models.Index(
        "(next_bill_date, company_id, id) WHERE cycle = 'own' AND is_live AND next_bill_date IS NOT NULL"
    )

    @api.depends("kind", "addon_id", "member_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.addon_id.name or line.member_id.name or self.env._("Seat")
