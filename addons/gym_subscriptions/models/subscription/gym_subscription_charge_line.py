from odoo import fields, models

KINDS = [
    ("dues", "Dues"),
    ("seat", "Extra seat"),
    ("addon", "Add-on"),
    ("enrolment", "Enrolment"),
    ("proration", "Part of a period"),
    ("freeze_fee", "Freeze fee"),
    ("freeze_credit", "Credit for a freeze"),
    ("termination", "Early termination"),
    ("refund", "Refund"),
    ("discount", "Promotion"),
]


class GymSubscriptionChargeLine(models.Model):
    """Something to put on an invoice of a subscription: a charge, or a credit when negative.

    Verbs write them; the billing run, or :meth:`gym.subscription._bill_pending` at once, puts them on an invoice.
    """

    _name = "gym.subscription.charge.line"
    _description = "Charge of a Subscription"
    _order = "id"
    _rec_name = "name"

    subscription_id = fields.Many2one("gym.subscription", required=True, index=True, ondelete="restrict", readonly=True)
    line_id = fields.Many2one("gym.subscription.line", ondelete="restrict", index="btree_not_null", readonly=True)
    company_id = fields.Many2one(related="subscription_id.company_id", store=True, index=True)
    location_id = fields.Many2one(related="subscription_id.location_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", string="Billed To", required=True, ondelete="restrict", index=True, readonly=True
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    name = fields.Char(string="Description", required=True, readonly=True)
    product_id = fields.Many2one("product.product", required=True, ondelete="restrict", readonly=True)
    amount = fields.Monetary(required=True, readonly=True, help="IVA included; negative for a credit.")
    tax_ids = fields.Many2many("account.tax", string="Taxes", readonly=True)
    date_start = fields.Date(string="From", readonly=True)
    date_end = fields.Date(string="Until", readonly=True, help="First day after.")
    state = fields.Selection(
        [("pending", "To bill"), ("billed", "Billed"), ("void", "Taken back")],
        default="pending",
        required=True,
        readonly=True,
    )
    bill_when = fields.Selection(
        [("now", "At once"), ("next", "With the next invoice")], default="next", required=True, readonly=True
    )
    move_id = fields.Many2one(
        "account.move", string="Invoice", index="btree_not_null", ondelete="restrict", readonly=True
    )
    freeze_id = fields.Many2one("gym.subscription.freeze", ondelete="restrict", index="btree_not_null", readonly=True)
    change_id = fields.Many2one("gym.subscription.change", ondelete="restrict", index="btree_not_null", readonly=True)

    _pending = models.Index("(subscription_id) WHERE state = 'pending'")
    _dates_in_order = models.Constraint(
        "CHECK ((date_start IS NULL AND date_end IS NULL) OR date_end > date_start)", "A period ends after it starts."
    )
