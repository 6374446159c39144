from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..domain import coefficient

DRAFT, RUNNING, PAUSED, ENDED = "draft", "running", "paused", "ended"


class GymReferralProgram(models.Model):
    """What members get for bringing members, where and until when.

    What is offered is published as versions that never change (:class:`GymReferralOffer`): a referral keeps the one it
    began with, so editing, pausing or ending a program takes nothing from anybody.
    """

    _name = "gym.referral.program"
    _description = "Referral Program"
    _inherit = ["gym.relation.guard", "mail.thread"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    sequence = fields.Integer(default=10, help="Of several that fit a branch the first counts.")
    company_id = fields.Many2one("res.company", required=True, index=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(
        [(DRAFT, "Draft"), (RUNNING, "Running"), (PAUSED, "Paused"), (ENDED, "Ended")],
        default=DRAFT,
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    date_start = fields.Date(string="From", required=True, default=lambda self: self.env.company._today())
    date_end = fields.Date(
        string="Until",
        required=True,
        help="Last day on which friends may join. An offer without end binds without end.",
    )
    location_ids = fields.Many2many(
        "gym.location",
        string="Branches",
        domain="[('kind', '=', 'branch'), ('company_id', '=', company_id)]",
        help="Empty: every branch.",
    )
    budget = fields.Monetary(tracking=True, help="Of all rewards together; 0: no limit.")
    year_cap = fields.Monetary(string="Most a Year", help="For one member in twelve months; 0: no limit.")
    friend_promotion_id = fields.Many2one(
        "gym.promotion",
        string="For the Friend",
        domain="[('company_id', '=', company_id), ('is_coupon_needed', '=', True)]",
        check_company=True,
        ondelete="restrict",
        help="The promotion with which friends begin, such as no enrolment fee. It needs a coupon for everybody else.",
    )
    hold_dues = fields.Integer(string="Paid Dues", default=2, help="Invoices that the friend pays before the reward.")
    hold_days = fields.Integer(string="Days", default=30, help="That the friend stays before the reward.")
    valid_months = fields.Integer(string="Credit Lasts", default=12, help="Months after which unused credit ends.")
    household = fields.Selection(
        [("none", "No reward"), ("allowed", "As anybody else")],
        string="Relatives",
        default="none",
        required=True,
        help="Who has the same payer or guardian.",
    )
    winback_days = fields.Integer(string="New Again After", default=180, help="Days without a subscription.")
    terms = fields.Html(translate=True, help="Who may take part, what for, how long, and how to object.")
    rule_ids = fields.One2many("gym.referral.rule", "program_id", string="Rewards", copy=True)
    tier_ids = fields.One2many("gym.referral.tier", "program_id", string="Tiers", copy=True)
    offer_ids = fields.One2many("gym.referral.offer", "program_id", string="Versions", readonly=True)
    offer_id = fields.Many2one("gym.referral.offer", string="Offer", compute="_compute_offer_id")
    is_changed = fields.Boolean(compute="_compute_is_changed", help="What is written here is not published yet.")
    referral_count = fields.Integer(compute="_compute_referral_count", string="Referrals")
    given_amount = fields.Monetary(compute="_compute_given_amount", string="Given")

    effect = fields.Char(compute="_compute_effect", string="Friends per Member", help="Attributed, not caused.")

    _ends_after_start = models.Constraint("CHECK (date_end >= date_start)", "A program cannot end before it starts.")
    _not_negative = models.Constraint(
        "CHECK (budget >= 0 AND year_cap >= 0 AND hold_dues >= 1 AND hold_days >= 0 AND valid_months >= 1"
        " AND winback_days >= 0)",
        "Amounts and days cannot be negative; at least one invoice is paid before a reward, and credit lasts a month.",
    )

    # === COMPUTE === #

    @api.depends("offer_ids")
    def _compute_offer_id(self):
        for program in self:
            program.offer_id = program.offer_ids.sorted("version")[-1:]

    @api.depends(
        *("offer_ids", "terms", "hold_dues", "hold_days", "valid_months", "household", "winback_days", "year_cap"),
        *("friend_promotion_id", "rule_ids.trigger", "rule_ids.count", "rule_ids.kind", "rule_ids.amount"),
        *("rule_ids.name", "tier_ids.name", "tier_ids.threshold", "tier_ids.factor"),
    )
    def _compute_is_changed(self):
        for program in self:
            offer = program.offer_id
            program.is_changed = bool(offer) and offer.content_hash != offer._hash(program._get_snapshot())

    @api.depends("offer_ids.referral_ids")
    def _compute_referral_count(self):
        counts = dict(
            self.env["gym.referral"]._read_group([("program_id", "in", self.ids)], ["program_id"], ["__count"])
        )
        for program in self:
            program.referral_count = counts.get(program, 0)

    @api.depends("offer_ids.referral_ids.reward_ids.amount")
    def _compute_given_amount(self):
        for program in self:
            program.given_amount = program._get_given()

    @api.depends("offer_ids.referral_ids.date_qualified")
    def _compute_effect(self):
        for program in self:
            program.effect = program._describe_effect() if program.state != DRAFT else False

    def _describe_effect(self):
        """Return how many friends a member has brought since the program began, and how sure that is."""
        today = self.company_id._today()
        days = (min(today, self.date_end) - self.date_start).days
        found = coefficient.coefficient(self._get_seen(today), days) if days > 0 else None
        if not found:
            return self.env._(
                "Not known yet: it takes %(members)s members and %(friends)s friends who qualified.",
                members=coefficient.LEAST_MEMBERS,
                friends=coefficient.LEAST_EVENTS,
            )
        return self.env._(
            "%(value).3f in %(days)s days; between %(low).3f and %(high).3f in 95 of 100 cases",
            **found._asdict(),
            days=days,
        )

    def _get_seen(self, today):
        """Return for how long each member could bring friends with this program, and when those qualified."""
        domain = [("company_id", "=", self.company_id.id), ("date_joined", "!=", False), ("date_joined", "<", today)]
        members = self.env["gym.member"].sudo().with_context(active_test=False)
        members = members.search_fetch(
            [*domain, "|", ("date_left", "=", False), ("date_left", ">", self.date_start)], ["date_joined", "date_left"]
        )
        qualified = self.offer_ids.referral_ids.sudo().filtered("date_qualified").grouped("referrer_id")
        found = []
        for member in members:
            start = max(member.date_joined, self.date_start)
            seen = (min(member.date_left or today, today, self.date_end) - start).days
            events = tuple((one.date_qualified - start).days for one in qualified.get(member, ()))
            found.append(coefficient.Seen(max(0, seen), tuple(sorted(event for event in events if event >= 0))))
        return found

    # === VERBS === #

    def action_run(self):
        """Publish what is offered, and let members invite with it."""
        self.check_access("write")
        for program in self:
            if not program.rule_ids and not program.friend_promotion_id:
                raise UserError(self.env._("%(program)s offers nothing yet. Add a reward.", program=program.name))
            program._publish()
            program.state = RUNNING

    def action_publish(self):
        """Offer what is written here from now on; referrals that have begun keep what they began with."""
        self.check_access("write")
        for program in self.filtered(lambda one: one.state in (RUNNING, PAUSED)):
            program._publish()

    def action_pause(self):
        """Take no new referrals for now; what has begun goes on."""
        self.check_access("write")
        self.filtered(lambda one: one.state == RUNNING).state = PAUSED

    def action_end(self):
        """Take no new referrals any more; what has begun goes on."""
        self.check_access("write")
        self.state = ENDED

    def _publish(self):
        if not self.offer_id or self.is_changed:
            self.env["gym.referral.offer"].sudo().create(
                {
                    "program_id": self.id,
                    "version": (self.offer_id.version or 0) + 1,
                    "snapshot": self._get_snapshot(),
                }
            )

    def _get_snapshot(self):
        """Return what is offered as plain values, in an order that does not depend on how it was written."""
        names = ("hold_dues", "hold_days", "valid_months", "household", "winback_days", "year_cap")
        return {name: self[name] for name in names} | {
            "name": self.name,
            "terms": str(self.terms or ""),
            "promotion": self.friend_promotion_id.id,
            "rules": [rule._to_values() for rule in self.rule_ids.sorted(lambda rule: (rule.sequence, rule.id or 0))],
            "tiers": [tier._to_values() for tier in self.tier_ids.sorted("threshold")],
        }

    # === WHO GETS WHICH === #

    @api.model
    def _find_for(self, location, day):
        """Return, in sudo, the program in which members of a branch bring friends on ``day``; empty for none."""
        programs = self.sudo().search(
            Domain("company_id", "=", location.company_id.id)
            & Domain("state", "=", RUNNING)
            & Domain("date_start", "<=", day)
            & Domain("date_end", ">=", day)
        )
        return programs.filtered(lambda one: not one.location_ids or location in one.location_ids)[:1]

    def _get_given(self):
        """Return what the rewards of this program come to, as ``Decimal``, without those that ended unused."""
        return self.env["gym.referral.reward"]._sum_kept([("program_id", "=", self.id)])
