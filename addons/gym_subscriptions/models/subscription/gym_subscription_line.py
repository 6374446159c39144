from odoo import api, fields, models

from ...domain.periods import Cycle
from ..money import to_decimal


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
        "gym.member", readonly=True, ondelete="restrict", index="btree_not_null", help="The member on this seat."
    )
    cycle = fields.Selection(
        [("plan", "With the plan"), ("own", "On its own")], required=True, default="plan", readonly=True
    )
    quantity = fields.Integer(default=1, required=True, readonly=True)
    amount = fields.Monetary(
        string="Price", required=True, readonly=True, help="Of one, per period of its cycle, IVA included."
    )
    date_start = fields.Date(string="From", required=True, readonly=True)
    date_end = fields.Date(string="Ends Before", readonly=True, help="First day on which it is no longer there.")
    is_live = fields.Boolean(default=True, readonly=True, help="Counts in the next period.")
    date_anchor = fields.Date(readonly=True, help="First billed day of its own cycle.")
    period_end = fields.Date(string="Period Ends Before", readonly=True)
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

    def _is_there_on(self, day):
        """Tell whether this seat or add-on is there on the civil ``day``."""
        self.ensure_one()
        return self.date_start <= day and (not self.date_end or day < self.date_end)

    def _sort_by_age(self):
        """Return these lines, the oldest first; those that are in no database come last."""
        return self.sorted(lambda line: (line.date_start, not line._origin, line._origin.id))

    def _make_item(self):
        """Return this add-on as an item of a period of its cycle."""
        self.ensure_one()
        what = self.addon_id.name if self.quantity == 1 else f"{self.addon_id.name} × {self.quantity}"
        price = to_decimal(self.amount) * self.quantity
        return self.subscription_id._make_item(
            f"addon:{self.addon_id.id}", "addon", what, self.addon_id, price, line=self
        )

    def _get_cycle(self):
        """Return the cycle by which this line is billed: the subscription's or its own."""
        self.ensure_one()
        if self.cycle == "plan":
            return self.subscription_id._get_cycle()
        addon = self.addon_id
        return Cycle(addon.period_unit, addon.period_count, self.date_anchor, addon.fortnight_kind)
