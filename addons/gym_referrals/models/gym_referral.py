from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.gym_members.models.turn import take_turn

from ..domain import attribution, lifecycle

_lt = LazyTranslate(__name__)

REVIEW_DAYS = 5  # in which somebody decides about a referral that was held
STATE_LABELS = {
    lifecycle.CLAIMED: "Claimed",
    lifecycle.JOINED: "Joined",
    lifecycle.HOLDING: "Waiting",
    lifecycle.REVIEW: "In Review",
    lifecycle.REWARDED: "Rewarded",
    lifecycle.LAPSED: "Lapsed",
    lifecycle.REJECTED: "Rejected",
    lifecycle.INELIGIBLE: "Not Eligible",
    lifecycle.EXPIRED: "Expired",
    lifecycle.REVERSED: "Taken Back",
}
WAYS = [
    (attribution.CODE, "Code"),
    (attribution.DESK, "Front desk"),
    (attribution.LINK, "Link"),
    (attribution.COOKIE, "Link, earlier"),
    (attribution.LATE, "Claimed later"),
]
EVIDENCE = [
    ("code", "Showed the code"),
    ("phone", "Said the phone"),
    ("together", "Came together"),
    ("name", "Only said the name"),
]
REFUSALS = {
    attribution.SELF: _lt("Nobody brings themselves."),
    attribution.STAFF: _lt("Who works here does not take part."),
    attribution.HOUSEHOLD: _lt("Relatives with the same payer or guardian are no referral of this program."),
    attribution.MEMBER: _lt("The friend was a member already."),
    attribution.MINOR: _lt("Who is under age brings nobody."),
    attribution.STOPPED: _lt("The one who invited has no running subscription."),
}


class GymReferral(models.Model):
    """That a member brought a friend: from the claim to the reward. Only :meth:`_move` changes its state."""

    _name = "gym.referral"
    _description = "Referral"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _mail_post_access = "read"

    name = fields.Char(string="Folio", required=True, readonly=True, copy=False, default="/")
    state = fields.Selection(
        [(state, STATE_LABELS[state]) for state in lifecycle.STATES],
        default=lifecycle.CLAIMED,
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    state_before = fields.Char(readonly=True, help="Where a review goes back to.")
    offer_id = fields.Many2one("gym.referral.offer", required=True, readonly=True, index=True, ondelete="restrict")
    program_id = fields.Many2one(related="offer_id.program_id", store=True, index=True)
    referrer_id = fields.Many2one("gym.member", required=True, readonly=True, index=True, ondelete="restrict")
    friend_id = fields.Many2one("gym.member", required=True, readonly=True, index=True, ondelete="restrict")
    subscription_id = fields.Many2one(
        "gym.subscription",
        string="Friend's Subscription",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    location_id = fields.Many2one(related="subscription_id.location_id", store=True, index=True)
    company_id = fields.Many2one(related="subscription_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    way = fields.Selection(WAYS, string="Came By", required=True, readonly=True)
    evidence = fields.Selection(EVIDENCE, string="How We Know", readonly=True)
    employee_id = fields.Many2one(
        "res.users", string="Written Down By", readonly=True, index="btree_not_null", ondelete="set null"
    )
    date_joined = fields.Date(string="Joined On", required=True, readonly=True)
    date_qualified = fields.Date(string="Qualified On", readonly=True)
    rank = fields.Integer(string="Friend Number", readonly=True, aggregator=None, help="In twelve months.")
    score = fields.Float(readonly=True, digits=(6, 2), aggregator=None, groups="gym_members.group_gym_manager")
    findings = fields.Text(readonly=True, groups="gym_members.group_gym_manager", help="What there is to see.")
    review_until = fields.Date(string="Decide Until", readonly=True)
    reason = fields.Char(readonly=True, help="Why it brings no reward.")
    decided_by_id = fields.Many2one("res.users", readonly=True, index="btree_not_null", ondelete="set null")
    reward_ids = fields.One2many("gym.referral.reward", "referral_id", string="Rewards", readonly=True)

    _one_live = models.UniqueIndex(
        "(friend_id) WHERE state IN ('claimed', 'joined', 'holding', 'review', 'rewarded')",
        "Somebody else brought this friend.",
    )
    _other = models.Index("(state, date_joined) WHERE state IN ('joined', 'holding')")

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals["name"] = self.env["ir.sequence"].next_by_code("gym.referral") or "/"
        return super().create(vals_list)

    # === THE GATE === #

    def _move(self, event, **values):
        """Let ``event`` happen to this referral, one transaction after the other.

        :return: whether it had any effect; what has happened already has none
        :raise UserError: when it may not happen any more
        """
        self.ensure_one()
        referral = self.sudo()
        take_turn(referral)
        outcome = lifecycle.transition(referral.state, event, referral.state_before)
        if outcome is None:
            raise UserError(
                self.env._("%(folio)s is %(state)s, so this cannot be done.", folio=self.name, state=self._get_state())
            )
        if outcome == lifecycle.SKIPPED:
            return False
        if outcome == lifecycle.REVIEW:
            values |= {
                "state_before": referral.state,
                "review_until": self.location_id._today() + timedelta(days=REVIEW_DAYS),
            }
        referral.write(values | {"state": outcome})
        return True

    def _may(self, event):
        return lifecycle.transition(self.state, event, self.state_before) not in (None, lifecycle.SKIPPED)

    def _get_state(self):
        return dict(self._fields["state"]._description_selection(self.env))[self.state]

    # === BEGINNING === #

    @api.model
    def _claim(self, subscription):
        """Note that the member of a subscription that has just begun was brought by the one whom it names.

        A friend whom somebody brought before stays theirs. Who may not be brought is kept with the reason.

        :return: the referral, in sudo; empty without a running program
        """
        subscription = subscription.sudo()
        referrer, friend = subscription.invited_by_id, subscription.member_id
        program = self.env["gym.referral.program"]._find_for(
            subscription.location_id, subscription.location_id._today()
        )
        if not referrer or not program or self._is_known(subscription):
            return self.sudo()
        way = subscription.referral_way or attribution.DESK
        referral = self.sudo().create(
            {
                "offer_id": program.offer_id.id,
                "referrer_id": referrer.id,
                "friend_id": friend.id,
                "subscription_id": subscription.id,
                "way": way,
                "evidence": subscription.referral_evidence,
                "employee_id": self.env.user.id if way == attribution.DESK else False,
                "date_joined": subscription.date_start or subscription.location_id._today(),
            }
        )
        if refusal := referral._get_refusal():
            referral._move(lifecycle.REFUSE, reason=self.env._(REFUSALS[refusal]))  # pylint: disable=gettext-variable
        else:
            referral._join()
        return referral

    @api.model
    def _is_known(self, subscription):
        """Tell whether somebody brought this friend already, or this subscription was looked at."""
        friend, states = subscription.member_id, list(lifecycle.LIVE)
        domain = Domain("friend_id", "=", friend.id) & Domain("state", "in", states)
        return bool(self.sudo().search_count(domain | Domain("subscription_id", "=", subscription.id), limit=1))

    def _join(self):
        self._move(lifecycle.JOIN)
        if self.way == attribution.LATE:
            self._move(lifecycle.FLAG, findings=self.env._("Claimed after joining: ask the friend."))
        self._emit("referral.joined")

    def _get_refusal(self):
        return attribution.refusal(
            self._get_pair(self.referrer_id, self.friend_id, self.subscription_id, self.date_joined),
            self.offer_id._get("household"),
            self.offer_id._get("winback_days"),
        )

    # === DECISIONS === #

    def _decide(self, event, reason=None):
        """Clear or reject a referral in review, reopen one, or take its rewards back.

        :param str event: ``clear``, ``reject``, ``appeal`` or ``reverse``
        :raise UserError: when the user decides about themselves, or gives no reason for a refusal
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("gym_members.group_gym_manager"):
            raise UserError(self.env._("A branch manager decides about referrals."))
        own = self.env.user.partner_id
        if own in (self.referrer_id | self.friend_id).partner_id or self.sudo().employee_id == self.env.user:
            raise UserError(self.env._("Somebody else decides about a referral that you have a part in."))
        if event in (lifecycle.REJECT, lifecycle.REVERSE) and not reason:
            raise UserError(self.env._("Say which term was broken; the member is told."))
        values = {"decided_by_id": self.env.user.id} | ({"reason": reason} if reason else {})
        if self._move(event, **values):
            self.sudo()._after_decision(event)

    def _after_decision(self, event):
        if event == lifecycle.CLEAR:
            self._follow()
        if event == lifecycle.REVERSE:
            self.reward_ids._take_back()
        if event in (lifecycle.REJECT, lifecycle.REVERSE):
            self._emit("referral.refused")
            self._mail("mail_template_refused")

    def _mail(self, template):
        if self.referrer_id.email:
            self.env.ref(f"gym_referrals.{template}").sudo().send_mail(self.id)

    def _emit(self, code):
        """Tell the history of the one who invited, without the friend's name."""
        self.env["gym.event"]._emit(
            [{"member_id": self.referrer_id.id, "type": code, "payload": {"referral_id": self.id, "folio": self.name}}]
        )

    def action_clear(self):
        """Let a referral in review go on."""
        self._decide(lifecycle.CLEAR)

    def action_refuse(self):
        """Ask for the reason of a refusal."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("No Reward"),
            "res_model": "gym.referral.refusal",
            "view_mode": "form",
            "target": "new",
            "context": {"default_referral_id": self.id},
        }

    def action_reopen(self):
        """Look again at a referral that brought nothing, because the member objected."""
        self._decide(lifecycle.APPEAL)
