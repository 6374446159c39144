from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...domain import pricing
from ...domain.periods import ONE_DAY
from ..money import add_up, to_decimal

STATE_LABELS = {
    "draft": "Draft",
    "trialing": "On Trial",
    "active": "Active",
    "past_due": "Past Due",
    "suspended": "Suspended",
    "frozen": "Frozen",
    "cancelled": "Cancelled",
    "expired": "Expired",
}
# What people may fill in by hand while a subscription is a draft; afterwards everything goes through a verb.
DRAFT_FIELDS = {"member_id", "payer_id", "plan_id", "location_id", "date_start", "channel", "agreement_id"}
FREE_FIELDS = {"note"}


class GymSubscription(models.Model):
    """One member, or a family's or company's seats, on one plan: its life cycle, periods and dues.

    Days are civil dates of the branch; periods start inclusive and end exclusive. Amounts include IVA. After a draft is
    activated nobody writes its fields: verbs do (``_cancel``, ``_freeze``, ...), and the state changes in one place
    (:meth:`_transition`).

    What it can do, and where (files begin with ``gym_subscription_`` but for ``gym_due``):

    - begin: ``start`` (may it), ``join`` (trial, paid, gift, free), ``contract`` (what was signed), ``promotion``
    - be billed: ``calendar`` (which period comes next), ``pricing`` (what it costs), ``running`` (the period now),
      ``due``, ``period``, ``billing`` (at once); the run is ``models/billing/``, with ``cover`` (until when)
    - change: ``changing`` (plan), ``extras`` and ``line`` (seats, add-ons), ``parties`` (payer, branch, card, member),
      ``change`` (its history), ``credit`` (what may be given back), ``preview`` (what any of it costs)
    - rest: ``freezing``, ``freeze``
    - leave and come back: ``cancel``, ``return``
    - let in: ``entry``
    - be seen: ``actions`` (buttons), ``models/portal/``; its states: ``gate``
    """

    _name = "gym.subscription"
    _description = "Gym Subscription"
    _inherit = ["gym.relation.guard", "gym.by.hand", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _mail_post_access = "read"

    # === FIELDS === #

    name = fields.Char(string="Number", readonly=True, copy=False, index="trigram")
    member_id = fields.Many2one("gym.member", required=True, index=True, ondelete="restrict", tracking=True)
    payer_id = fields.Many2one(
        "res.partner",
        string="Paid By",
        compute="_compute_payer_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        help="The payer: invoices are made out to them.",
    )
    plan_id = fields.Many2one("gym.plan", required=True, index=True, ondelete="restrict", tracking=True)
    price_id = fields.Many2one(
        "gym.plan.price", string="Price", readonly=True, copy=False, index=True, ondelete="restrict", tracking=True
    )
    location_id = fields.Many2one(
        "gym.location",
        string="Branch",
        compute="_compute_location_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        domain="[('kind', '=', 'branch')]",
    )
    company_id = fields.Many2one(related="location_id.company_id", store=True, index=True, precompute=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(
        [(state, label) for state, label in STATE_LABELS.items()],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    channel = fields.Selection(
        [("desk", "Front desk"), ("online", "Online"), ("import", "Import")],
        string="Joined Through",
        default="desk",
        required=True,
    )
    note = fields.Text(string="Notes")

    date_start = fields.Date(string="Starts", copy=False, tracking=True, help="First day with access.")
    date_trial_end = fields.Date(
        string="Trial Ends Before", readonly=True, copy=False, help="First day after the trial."
    )
    date_trial_last = fields.Date(string="Trial Until", compute="_compute_calendar", help="The last day of the trial.")
    date_anchor = fields.Date(
        string="Anchor", readonly=True, copy=False, help="First billed day; its day of the month is kept ever after."
    )
    period_start = fields.Date(readonly=True, copy=False, help="First day of the period billed last.")
    period_end = fields.Date(
        string="Period Ends Before", readonly=True, copy=False, help="First day after the period billed last."
    )
    date_paid_last = fields.Date(
        string="Paid Until", compute="_compute_calendar", help="The last day of the period billed last."
    )
    next_bill_date = fields.Date(string="Next Bill", readonly=True, copy=False)
    date_next_payment = fields.Date(
        string="Next Payment", compute="_compute_calendar", help="After the planned freezes that begin before it."
    )
    date_end = fields.Date(string="Ended", readonly=True, copy=False, tracking=True, help="First day without access.")
    date_term_last = fields.Date(string="Minimum Term Until", compute="_compute_calendar")
    date_last = fields.Date(string="Last Day", compute="_compute_calendar", help="The last day with access.")
    signed_at = fields.Datetime(readonly=True, copy=False)

    price_total = fields.Monetary(
        string="Price per Period",
        compute="_compute_price_total",
        store=True,
        help="Plan, extra seats and add-ons billed with the plan, IVA included, before promotions.",
    )
    token_id = fields.Many2one(
        "payment.token", string="Card", copy=False, ondelete="set null", index="btree_not_null", readonly=True
    )

    line_ids = fields.One2many("gym.subscription.line", "subscription_id", string="Seats and Add-ons")
    period_ids = fields.One2many("gym.subscription.period", "subscription_id", string="Billed Periods", readonly=True)
    due_ids = fields.One2many("gym.due", "subscription_id", string="Dues", readonly=True)
    freeze_ids = fields.One2many("gym.subscription.freeze", "subscription_id", string="Freezes", readonly=True)
    change_ids = fields.One2many("gym.subscription.change", "subscription_id", string="Changes", readonly=True)

    # === CONSTRAINTS === #

    _number_per_company = models.UniqueIndex("(company_id, name)", "Another subscription has that number.")
    _due = models.Index(
        "(next_bill_date, company_id, id)"
        " WHERE state IN ('trialing', 'active', 'past_due') AND next_bill_date IS NOT NULL"
    )
    _branch_state = models.Index("(location_id, state)")
    _period_in_order = models.Constraint(
        "CHECK (period_end IS NULL OR period_end > period_start)", "A period ends after it starts."
    )

    # === COMPUTE === #

    @api.depends("member_id")
    def _compute_payer_id(self):
        for subscription in self:
            member = subscription.member_id
            subscription.payer_id = subscription.payer_id or member.payer_id or member.partner_id

    @api.depends("member_id")
    def _compute_location_id(self):
        for subscription in self:
            subscription.location_id = subscription.location_id or subscription.member_id.location_id

    @api.depends(
        "price_id.amount",
        "plan_id.seats_included",
        "line_ids.kind",
        "line_ids.amount",
        "line_ids.quantity",
        "line_ids.is_live",
        "line_ids.cycle",
    )
    def _compute_price_total(self):
        for subscription in self:
            lines = subscription.line_ids.filtered("is_live")
            addons = lines.filtered(lambda line: line.kind == "addon" and line.cycle == "plan")
            seats = lines.filtered(lambda line: line.kind == "seat")._sort_by_age()
            extra = pricing.extra_seats(1 + len(seats), subscription.plan_id.seats_included)
            subscription.price_total = (
                to_decimal(subscription.price_id.amount)
                + add_up(seats[len(seats) - extra :].mapped("amount"))
                + add_up(to_decimal(line.amount) * line.quantity for line in addons)
            )

    @api.depends("period_end", "date_trial_end", "date_term_end", "date_end", "next_bill_date", "date_anchor")
    @api.depends("freeze_ids.state", "freeze_ids.mode", "freeze_ids.date_start", "freeze_ids.date_end")
    def _compute_calendar(self):
        for one in self:
            one.date_paid_last = one.period_end and one.period_end - ONE_DAY
            one.date_trial_last = one.date_trial_end and one.date_trial_end - ONE_DAY
            one.date_term_last = one.date_term_end and one.date_term_end - ONE_DAY
            one.date_last = one.date_end and one.date_end - ONE_DAY
            one.date_next_payment = one._has_next_period() and one._move_bill(one._get_next_start())

    @api.depends("name", "member_id", "plan_id")
    def _compute_display_name(self):
        for subscription in self:
            parts = (subscription.name, subscription.member_id.name, subscription.plan_id.name)
            subscription.display_name = " · ".join(filter(None, parts))

    # === CONSTRAINS === #

    @api.constrains("member_id", "plan_id", "location_id")
    def _check_one_company(self):
        for subscription in self:
            company = subscription.company_id
            others = subscription.member_id.company_id | subscription.plan_id.company_id
            if others - company:
                raise ValidationError(
                    self.env._(
                        "The member, the plan and the branch of %(subscription)s must belong to one company. Sign up "
                        "with the other company for its branches.",
                        subscription=subscription.display_name,
                    )
                )

    @api.constrains("plan_id", "location_id")
    def _check_plan_is_sold_at_branch(self):
        for subscription in self.filtered(lambda one: one.state == "draft" and one.plan_id.location_ids):
            if subscription.location_id not in subscription.plan_id.location_ids:
                raise ValidationError(
                    self.env._(
                        "%(plan)s is not sold at %(branch)s. Choose another plan or branch.",
                        plan=subscription.plan_id.name,
                        branch=subscription.location_id.name,
                    )
                )

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        for subscription, vals in zip(subscriptions := super().create(vals_list), vals_list, strict=True):
            if not vals.get("name"):
                sequence = subscription.company_id._ensure_gym_subscription_sequence()
                subscription.sudo().name = sequence._next()
        subscriptions._check_may_see()
        return subscriptions

    def write(self, vals):
        result = super().write(vals)
        if not self.env.su and {"member_id", "payer_id", "location_id", "plan_id"} & vals.keys():
            self._check_may_see()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        for subscription in self:
            is_taken_back = self.env.su and subscription._is_untouched_import()
            if subscription.state != "draft" and not is_taken_back:
                raise ValidationError(
                    self.env._(
                        "%(subscription)s has a history that invoices refer to. Cancel it instead.",
                        subscription=subscription.display_name,
                    )
                )

    def _get_by_hand_fields(self):
        is_draft = all(subscription.state == "draft" for subscription in self)
        return DRAFT_FIELDS | FREE_FIELDS if is_draft else FREE_FIELDS

    def _check_may_see(self):
        """Refuse a member, payer, branch or plan that the user may not see."""
        if not self.env.su:
            for records in (self.member_id, self.payer_id, self.location_id, self.plan_id):
                records.check_access("read")
