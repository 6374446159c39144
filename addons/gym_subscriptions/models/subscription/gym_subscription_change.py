from odoo import api, fields, models
from odoo.tools import format_date

CHANGE_KINDS = [
    ("upgrade", "Upgrade"),
    ("downgrade", "Downgrade"),
    ("seat_added", "Seat added"),
    ("seat_removed", "Seat removed"),
    ("addon_added", "Add-on added"),
    ("addon_removed", "Add-on removed"),
    ("payer", "Payer"),
    ("branch", "Branch"),
    ("token", "Payment method"),
    ("price", "Price"),
    ("transfer", "Transfer"),
    ("agreement", "Corporate agreement"),
]


class GymSubscriptionChange(models.Model):
    """A change of a running subscription: what was before, what comes, from which day, and who asked for it."""

    _name = "gym.subscription.change"
    _description = "Change of a Subscription"
    _order = "id desc"

    subscription_id = fields.Many2one("gym.subscription", required=True, index=True, ondelete="restrict", readonly=True)
    company_id = fields.Many2one(related="subscription_id.company_id", store=True, index=True)
    location_id = fields.Many2one(related="subscription_id.location_id", store=True, index=True)
    kind = fields.Selection(CHANGE_KINDS, required=True, readonly=True)
    date_effective = fields.Date(string="From", required=True, readonly=True)
    state = fields.Selection(
        [("planned", "Planned"), ("done", "Done"), ("undone", "Taken back")],
        default="planned",
        required=True,
        readonly=True,
    )
    before = fields.Char(readonly=True)
    after = fields.Char(readonly=True)
    plan_id = fields.Many2one("gym.plan", string="New Plan", readonly=True, ondelete="restrict", index="btree_not_null")
    price_id = fields.Many2one("gym.plan.price", string="New Price", readonly=True, ondelete="restrict", index=True)
    line_id = fields.Many2one("gym.subscription.line", readonly=True, ondelete="restrict", index="btree_not_null")
    member_id = fields.Many2one(
        "gym.member",
        string="Passed To",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Whose it is since a transfer.",
    )
    agreement_id = fields.Many2one(
        "gym.corporate.agreement", string="New Agreement", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    user_id = fields.Many2one("res.users", string="By", readonly=True, default=lambda self: self.env.user)

    _planned = models.Index("(subscription_id, date_effective) WHERE state = 'planned'")

    @api.depends("kind", "date_effective")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for change in self:
            change.display_name = f"{labels.get(change.kind)} {format_date(self.env, change.date_effective)}"
