from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...domain import pricing
from ..money import to_decimal

EFFECTS = [
    ("percent", "A percentage off"),
    ("amount", "An amount off"),
    ("price", "A price instead of the plan's"),
    ("free", "Free"),
]


def to_effect(record):
    """Return what a season or promotion, given or copied to a subscription, does to a price."""
    value = to_decimal(record.percent if record.effect == pricing.PERCENT else record.amount)
    return pricing.Effect(record.effect, value)


class GymPromotion(models.Model):
    """An offer for people who join between two days: something off the first periods, or for as long as they stay.

    What a subscription got is copied to it (:class:`GymSubscriptionPromotion`), so changing or ending a promotion takes
    nothing from anybody.
    """

    _name = "gym.promotion"
    _description = "Promotion"
    _inherit = ["gym.relation.guard", "mail.thread"]
    _order = "date_start desc, id desc"

    name = fields.Char(required=True, translate=True, tracking=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", required=True, index=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    plan_ids = fields.Many2many("gym.plan", string="Plans", check_company=True, help="Empty: every plan.")
    location_ids = fields.Many2many(
        "gym.location",
        string="Branches",
        domain="[('kind', '=', 'branch'), ('company_id', '=', company_id)]",
        help="Empty: every branch.",
    )
    date_start = fields.Date(
        string="From", required=True, default=lambda self: self.env.company._today(), tracking=True
    )
    date_end = fields.Date(string="Until", tracking=True, help="Last day on which people may join with it.")
    effect = fields.Selection(EFFECTS, string="Gives", default="percent", required=True, tracking=True)
    percent = fields.Float(string="Percentage", digits=(5, 2))
    amount = fields.Monetary(help="Off each period, or the price of each, IVA included.")
    periods = fields.Integer(default=1, tracking=True, help="First billed periods it holds for; 0: all of them.")
    is_enrolment_waived = fields.Boolean(string="No Enrolment Fee")
    is_new_only = fields.Boolean(string="New Members Only", default=True, help="Who never subscribed before.")
    is_coupon_needed = fields.Boolean(string="With a Coupon Only")
    max_uses = fields.Integer(string="At Most", help="Subscriptions that may use it; 0: no limit.")
    coupon_ids = fields.One2many("gym.coupon", "promotion_id", string="Coupons")
    use_ids = fields.One2many("gym.subscription.promotion", "promotion_id", string="Uses")
    use_count = fields.Integer(compute="_compute_use_count", string="Used")

    _ends_after_start = models.Constraint(
        "CHECK (date_end IS NULL OR date_end >= date_start)", "A promotion cannot end before the day it starts."
    )
    _percent_in_range = models.Constraint("CHECK (percent BETWEEN 0 AND 100)", "A percentage lies between 0 and 100.")
    _not_negative = models.Constraint(
        "CHECK (amount >= 0 AND periods >= 0 AND max_uses >= 0)", "Amounts and counts cannot be negative."
    )

    @api.depends("use_ids")
    def _compute_use_count(self):
        counts = dict(
            self.env["gym.subscription.promotion"]
            .sudo()
            ._read_group([("promotion_id", "in", self.ids)], ["promotion_id"], ["__count"])
        )
        for promotion in self:
            promotion.use_count = counts.get(promotion, 0)

    @api.constrains("effect", "percent", "amount")
    def _check_effect(self):
        for promotion in self:
            if (promotion.effect == "percent" and not promotion.percent) or (
                promotion.effect == "amount" and not promotion.amount
            ):
                raise ValidationError(self.env._("Say how much %(promotion)s takes off.", promotion=promotion.name))

    # === WHO MAY USE IT === #

    @api.model
    def _find_for(self, subscription, day, code=None):
        """Return the promotion and the coupon that ``subscription`` may use when it begins on ``day``.

        With a ``code`` it is the coupon's promotion; without, the first that needs no coupon and fits, if any.

        :return: pair of ``gym.promotion`` and ``gym.coupon``, either may be empty
        :raise UserError: when the code is unknown or may not be used, with the reason
        """
        coupons = self.env["gym.coupon"].sudo()
        if code:
            coupon = coupons._find_by_code(code, subscription.company_id)
            coupon._check_usable(subscription, day)
            return coupon.promotion_id, coupon
        candidates = self.sudo().search(
            [
                ("company_id", "=", subscription.company_id.id),
                ("is_coupon_needed", "=", False),
                ("date_start", "<=", day),
                "|",
                ("date_end", "=", False),
                ("date_end", ">=", day),
            ]
        )
        return next((one for one in candidates if not one._get_refusal(subscription, day)), candidates[:0]), coupons

    def _get_refusal(self, subscription, day):
        """Return why ``subscription`` may not use this promotion on ``day``, or ``None`` when it may."""
        self.ensure_one()
        name = {"promotion": self.name}
        if day < self.date_start or (self.date_end and day > self.date_end) or not self.active:
            return self.env._("%(promotion)s is not on today.", **name)
        if self.plan_ids and subscription.plan_id not in self.plan_ids:
            return self.env._("%(promotion)s is not for %(plan)s.", plan=subscription.plan_id.name, **name)
        if self.location_ids and subscription.location_id not in self.location_ids:
            return self.env._("%(promotion)s is not for %(branch)s.", branch=subscription.location_id.name, **name)
        if self.max_uses and self.use_count + self._count_reserved() >= self.max_uses:
            return self.env._("%(promotion)s has been used up.", **name)
        if self.is_new_only and subscription._has_member_subscribed_before():
            return self.env._("%(promotion)s is for new members.", **name)
        return None

    def _count_reserved(self):
        """Hook: return how many uses are kept for payments that are on their way."""
        self.ensure_one()
        return 0
