from datetime import timedelta

from odoo import api, models

from odoo.addons.gym_members.models.turn import take_turn
from odoo.addons.gym_subscriptions.models.money import to_decimal

from ..domain import lifecycle, rewards
from ..domain.attribution import Pair
from .gym_referral_reward import ONCE

YEAR_DAYS = 365
FOLLOWED_DAYS = 400  # after a reward, in which more may be owed or payments given back
PAID = ("paid", "in_payment")
GOOD = ("trialing", "active")  # states of a subscription in which a reward may be given


class GymReferral(models.Model):
    """What has happened to a friend, and what is owed for it."""

    _inherit = "gym.referral"

    @api.model
    def _get_pair(self, referrer, friend, subscription, day):
        """Return what is known of two members, in sudo, as :class:`~...domain.attribution.Pair`.

        :param friend: empty while who joins is nobody yet
        :param subscription: with which the friend begins; does not count as an earlier one
        """
        referrer, friend = referrer.sudo(), friend.sudo()
        relatives = referrer.household_ids | referrer.search([("guardian_id", "=", referrer.partner_id.id)])
        return Pair(
            is_same=bool(friend) and friend.partner_id == referrer.partner_id,
            is_staff=any(user._is_internal() for user in referrer._get_accounts()),
            is_household=bool(friend) and (friend in relatives or friend.guardian_id == referrer.partner_id),
            was_member_days=self._get_days_since(friend, subscription, day),
            is_minor=referrer.is_minor,
            is_active=bool(self._get_running(referrer)),
        )

    @api.model
    def _get_days_since(self, friend, subscription, day):
        """Return for how many days ``friend`` has had no subscription: 0 with one, ``None`` when never."""
        if not friend:
            return None
        earlier = friend._get_own_subscriptions().filtered(
            lambda one: one != subscription and one.state != "draft" and one.date_start and one.date_start <= day
        )
        if not earlier:
            return None
        if any(one.state in one._get_running_states() for one in earlier):
            return 0
        ended = max(one.date_end or one.date_start for one in earlier)
        return max(0, (day - ended).days)

    @api.model
    def _get_running(self, member):
        """Return, in sudo, the dearest running subscription of a member that a person pays, else empty."""
        own = member.sudo().subscription_ids.filtered(
            lambda one: one.state in GOOD and not one.agreement_id and not one.is_comp
        )
        return own.sorted("price_total", reverse=True)[:1]

    def _count_paid(self):
        """Return how many invoices of dues the friend has paid in full."""
        moves = self.subscription_id._get_moves()
        return len(
            moves.filtered(
                lambda move: move.move_type == "out_invoice"
                and move.state == "posted"
                and move.payment_state in PAID
                and move.amount_total > 0
            )
        )

    # === FOLLOWING === #

    def _follow(self):
        """Let these referrals go as far as what has happened lets them. May be called at any time and again."""
        self._note_news()
        for referral in self.sudo():
            if referral.state == lifecycle.HOLDING and referral._is_complete():
                referral._qualify()
            if referral.state == lifecycle.REWARDED:
                referral._follow_rewards()

    def _note_news(self):
        """Note that friends have paid or left: all that happens in the transaction of a payment, since it is little."""
        for referral in self.sudo():
            if referral.state in (lifecycle.JOINED, lifecycle.HOLDING) and referral._has_left():
                referral._move(lifecycle.LEAVE, reason=self.env._("The friend left before the reward."))
            if referral.state == lifecycle.JOINED and referral._count_paid():
                referral._move(lifecycle.PAY)

    def _has_left(self):
        return self.subscription_id.state in ("cancelled", "expired")

    def _get_missing(self):
        """Return how many paid invoices and how many days the friend still lacks."""
        days = (self.location_id._today() - self.date_joined).days
        return (
            max(0, self.offer_id._get("hold_dues") - self._count_paid()),
            max(0, self.offer_id._get("hold_days") - days),
        )

    def _is_complete(self):
        return self._get_missing() == (0, 0) and self.subscription_id.state == "active"

    def _qualify(self):
        """Give what is owed now that the friend has done all that was asked; they were judged before."""
        today = self.location_id._today()
        rank = self._count_recent(self.referrer_id, today) + 1
        if self._move(lifecycle.GRANT, date_qualified=today, rank=rank):
            self._give_rewards()
            self._emit("referral.rewarded")
            self._mail("mail_template_rewarded")

    def _follow_rewards(self):
        """Give what is owed since, or take everything back when the friend's payments were."""
        if self._count_paid() < self.offer_id._get("hold_dues"):
            reason = self.env._("The friend's payments were given back.")
            if self._move(lifecycle.REVERSE, reason=reason):
                self.reward_ids._take_back()
            return
        if self.subscription_id.state == "active" and self._get_running(self.referrer_id):
            self._give_rewards()

    @api.model
    def _count_recent(self, member, today):
        """Return how many friends of a member qualified in the last twelve months."""
        return self.sudo().search_count(
            [
                ("referrer_id", "in", member._get_merged_ids()),
                ("state", "=", lifecycle.REWARDED),
                ("date_qualified", ">", today - timedelta(days=YEAR_DAYS)),
            ]
        )

    def _give_rewards(self):
        """Make the rewards that are owed by now and are not there yet, under the caps."""
        today = self.location_id._today()
        facts = rewards.Facts(
            rank=self.rank,
            paid_periods=self._count_paid() - self.offer_id._get("hold_dues"),
            days=(today - self.date_joined).days,
        )
        tier = rewards.tier_of(self._count_recent(self.referrer_id, today), self.offer_id._get_tiers())
        known = {(reward.rule_key, reward.period) for reward in self.reward_ids}
        for promise in rewards.promises(self.offer_id._get_rules(), facts, tier.factor if tier else 1):
            if (promise.key, promise.period or ONCE) not in known:
                self._give(promise, today)
        self.reward_ids._open()

    def _give(self, promise, today):
        amount = promise.amount
        if promise.kind == rewards.CREDIT:
            self._lock_caps()
            amount = rewards.fit(amount, self._get_limits(today))
        if amount > 0:
            self.env["gym.referral.reward"]._make(self, promise._replace(amount=amount), today)

    def _lock_caps(self):
        """Let one reward at a time count against the budget of a program and the cap of a member."""
        take_turn(self.program_id)
        take_turn(self.referrer_id)

    def _get_limits(self, today):
        """Return the caps that count: the budget as it is now, the member's as it was offered."""
        program, most = self.program_id, to_decimal(self.offer_id._get("year_cap"))
        limits = []
        if program.budget:
            limits.append(rewards.Limit(to_decimal(program.budget), program._get_given()))
        if most:
            since = today - timedelta(days=YEAR_DAYS)
            people = self.referrer_id._get_merged_ids()
            domain = [("beneficiary_id", "in", people), ("date_given", ">", since)]
            limits.append(rewards.Limit(most, self.env["gym.referral.reward"]._sum_kept(domain)))
        return limits

    # === CRON === #

    @api.model
    def _cron_follow(self):
        """Judge what is new, give what is owed and end what is over; daily, may run twice."""
        new = self.search([("state", "in", (lifecycle.JOINED, lifecycle.HOLDING))])
        new._score()
        since = self.env["res.company"]._get_latest_day() - timedelta(days=FOLLOWED_DAYS)
        rewarded = self.search([("state", "=", lifecycle.REWARDED), ("date_qualified", ">", since)])
        crons = self.env["ir.cron"]
        crons._do_each(new | rewarded, "_follow")
        crons._do_each(self.env["gym.referral.reward"]._get_due(), "_expire")
