from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.gym_members.models.turn import take_turn
from odoo.addons.gym_subscriptions.models.money import to_decimal

from ..domain import ledger, rewards

ONCE = "-"  # the period of a reward that has none
PROMISED, AVAILABLE, APPLIED, ENDED, REVERSED = "promised", "available", "applied", "ended", "reversed"


class GymReferralReward(models.Model):
    """What a member gets for a referral, once by rule and period.

    A credit waits as a charge of the member's own subscription until an invoice takes it; what happens to it there is
    noted in entries that are only ever added. A gift is handed over at the desk.
    """

    _name = "gym.referral.reward"
    _description = "Reward for a Referral"
    _order = "id desc"
    _rec_name = "referral_id"

    referral_id = fields.Many2one("gym.referral", required=True, readonly=True, index=True, ondelete="restrict")
    program_id = fields.Many2one(related="referral_id.program_id", store=True, index=True)
    company_id = fields.Many2one(related="referral_id.company_id", store=True, index=True)
    location_id = fields.Many2one(related="beneficiary_id.location_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    beneficiary_id = fields.Many2one("gym.member", required=True, readonly=True, index=True, ondelete="restrict")
    rule_key = fields.Char(required=True, readonly=True)
    period = fields.Char(required=True, readonly=True, default=ONCE)
    kind = fields.Selection([("credit", "Off the dues"), ("gift", "Gift")], required=True, readonly=True)
    amount = fields.Monetary(required=True, readonly=True, help="IVA included.")
    gift = fields.Char(readonly=True)
    date_given = fields.Date(string="Since", required=True, readonly=True)
    valid_until = fields.Date(readonly=True)
    state = fields.Selection(
        [
            (PROMISED, "Promised"),
            (AVAILABLE, "Waiting for an invoice"),
            (APPLIED, "Used"),
            (ENDED, "Expired"),
            (REVERSED, "Taken back"),
        ],
        default=PROMISED,
        required=True,
        readonly=True,
        index=True,
    )
    due_ids = fields.One2many("gym.due", "referral_reward_id", readonly=True)
    entry_ids = fields.One2many("gym.referral.entry", "reward_id", string="Entries", readonly=True)
    open_amount = fields.Monetary(compute="_compute_open_amount", string="Open")

    _once = models.UniqueIndex("(referral_id, rule_key, period)", "This reward has been given.")
    _positive = models.Constraint("CHECK (amount > 0)", "A reward is worth something.")

    @api.depends("entry_ids")
    def _compute_open_amount(self):
        for reward in self:
            reward.open_amount = ledger.open_amount(reward._get_book())

    @api.model
    def _make(self, referral, promise, today):
        """Return the reward of a promise, promised as yet."""
        return self.sudo().create(
            {
                "referral_id": referral.id,
                "beneficiary_id": referral.referrer_id.id,
                "rule_key": promise.key,
                "period": promise.period or ONCE,
                "kind": promise.kind,
                "amount": promise.amount,
                "gift": referral.offer_id._get_gift(promise.key),
                "date_given": today,
                "valid_until": today + relativedelta(months=referral.offer_id._get("valid_months")),
            }
        )

    # === THE BOOK === #

    def _get_book(self):
        return tuple(
            ledger.Entry(entry.kind, entry.source, to_decimal(entry.amount)) for entry in self.entry_ids.sorted("id")
        )

    def _enter(self, kind, source, amount):
        """Add an entry, once by kind and source.

        :param Decimal amount: above zero
        """
        self.ensure_one()
        book = self._get_book()
        if len(ledger.add(book, ledger.Entry(kind, source, amount))) > len(book):
            self.env["gym.referral.entry"].sudo().create(
                {"reward_id": self.id, "kind": kind, "source": source, "amount": amount}
            )

    def _follow_charges(self):
        """Note what invoices have taken of these rewards, or have given up again, since it was last looked at."""
        for reward in self.sudo():
            billed = reward.due_ids.filtered(lambda line: line.state == "billed")
            now = -sum((to_decimal(line.amount) for line in billed), rewards.ZERO)
            change = now - ledger.used_amount(reward._get_book())
            source = f"use-{len(reward.entry_ids)}"
            if change > 0:
                reward._enter(ledger.APPLY, source, change)
            elif change < 0:
                reward._enter(ledger.RELEASE, source, -change)
            if change:
                reward._settle_state()

    def _settle_state(self):
        if self.state in (AVAILABLE, APPLIED):
            self.state = AVAILABLE if ledger.open_amount(self._get_book()) else APPLIED

    @api.model
    def _sum_kept(self, domain):
        """Return what the credits of a domain count against caps, as ``Decimal``: all but what ended unused."""
        ended = Domain("state", "in", (ENDED, REVERSED)) & Domain("entry_ids", "=", False)
        domain = Domain(domain) & Domain("kind", "=", rewards.CREDIT) & ~ended
        [(given,)] = self.sudo()._read_group(domain, [], ["amount:sum"])
        ends = Domain("reward_id", "any", domain) & Domain("kind", "in", (ledger.EXPIRE, ledger.REVERSE))
        [(unused,)] = self.env["gym.referral.entry"].sudo()._read_group(ends, [], ["amount:sum"])
        return to_decimal(given or 0) - to_decimal(unused or 0)

    # === LIFE === #

    def _open(self):
        """Give the credits that were promised to members whose subscription runs; the others wait."""
        for reward in self.filtered(lambda one: one.state == PROMISED and one.kind == rewards.CREDIT):
            subscription = reward.referral_id._get_running(reward.beneficiary_id)
            if subscription:
                reward._give_credit(subscription)

    def _give_credit(self, subscription):
        """Let the next invoice of a subscription take this reward, less the debt of rewards that were taken back."""
        take_turn(self.beneficiary_id)
        amount = to_decimal(self.amount)
        self._enter(ledger.GRANT, "grant", amount)
        debt = min(amount, self._get_debt())
        if debt:
            self._enter(ledger.ADJUST, "debt", debt)
        if amount > debt:
            text = subscription._in_payer_language().env._("Reward for bringing a friend")
            line = subscription._give_credit(amount - debt, text, self, kind="referral")
            line.referral_reward_id = self
        self.state = AVAILABLE if amount > debt else APPLIED

    def _get_debt(self):
        """Return what the member has used of rewards that were taken back and no later reward has made good."""
        found = self.sudo().search([("beneficiary_id", "in", self.beneficiary_id._get_merged_ids())])
        owed = sum((ledger.used_amount(one._get_book()) for one in found if one.state == REVERSED), rewards.ZERO)
        good = [entry.amount for one in found for entry in one._get_book() if entry.kind == ledger.ADJUST]
        return max(rewards.ZERO, owed - sum(good, rewards.ZERO))

    def _take_back(self):
        """End what is open of these rewards; what an invoice or a notice of renewal counts on stays as it is."""
        for reward in self.sudo():
            if not reward._is_counted_on():
                reward._end(ledger.REVERSE, REVERSED)

    @api.model
    def _get_due(self):
        """Return the rewards whose last day has passed."""
        today = self.env["res.company"]._get_latest_day()
        states = [PROMISED, AVAILABLE]
        found = self.search([("state", "in", states), ("kind", "=", "credit"), ("valid_until", "<", today)])
        return found.filtered(lambda one: one.valid_until < one.location_id._today())

    def _expire(self):
        """End what was not used in time, unless a notice of renewal counts on it."""
        for reward in self.sudo():
            if not reward._is_counted_on():
                reward._end(ledger.EXPIRE, ENDED)

    def _is_counted_on(self):
        """Tell whether a payer was told an amount from which this reward is taken: it is charged as announced."""
        subscription = self.due_ids.filtered(lambda line: line.state == "pending").subscription_id
        return any(
            notice.state != "failed" and notice.period_start >= subscription.location_id._today()
            for notice in subscription.notice_ids
        )

    def _end(self, kind, state):
        left = ledger.open_amount(self._get_book())
        self.due_ids.filtered(lambda line: line.state == "pending").state = "void"
        if left:
            self._enter(kind, kind, left)
        self.state = state

    def action_hand_over(self):
        """Note that the gift was handed over."""
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("gym_members.group_gym_frontdesk"):
            raise UserError(self.env._("The front desk hands gifts over."))
        reward = self.sudo()
        take_turn(reward)
        if reward.kind == rewards.GIFT and reward.state == PROMISED:
            reward._enter(ledger.GRANT, "grant", to_decimal(reward.amount))
            reward._enter(ledger.APPLY, "handed-over", to_decimal(reward.amount))
            reward.state = APPLIED
            reward.referral_id.message_post(body=self.env._("Gift handed over: %(gift)s", gift=reward.gift))
