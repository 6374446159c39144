from odoo import api, fields, models

from ..domain import attribution, lifecycle
from .gym_referral import EVIDENCE, WAYS

BEGINNINGS = ("start_trial", "activate")
ENDINGS = ("cancel", "expire")
INVITATION = ("invited_by_id", "referral_way", "referral_evidence")


class GymSubscription(models.Model):
    """Who brought the member: said while signing up, and a referral once the subscription begins."""

    _inherit = "gym.subscription"

    invited_by_id = fields.Many2one(
        "gym.member",
        string="Invited By",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The member who brought this one.",
    )
    referral_way = fields.Selection(WAYS, string="Invitation Came By", copy=False)
    referral_evidence = fields.Selection(EVIDENCE, string="How We Know", copy=False)

    @api.model
    def _get_draft_fields(self):
        return [*super()._get_draft_fields(), *INVITATION]

    def _get_by_hand_fields(self):
        """Override of `gym_subscriptions`: as long as it is a draft, the desk says who invited."""
        names = super()._get_by_hand_fields()
        return names | set(INVITATION) if all(one.state == "draft" for one in self) else names

    def _get_referral_program(self):
        """Return, in sudo, the program by which the member of this draft was brought; empty when by none."""
        self.ensure_one()
        referrals = self.env["gym.referral"]
        program = referrals.env["gym.referral.program"].sudo()
        if not self.invited_by_id:
            return program
        today = self.location_id._today()
        program = program._find_for(self.location_id, today)
        friend = self.member_id._origin
        pair = referrals._get_pair(self.invited_by_id, friend, self._origin, today)
        offer = program.offer_id
        is_refused = program and attribution.refusal(pair, offer._get("household"), offer._get("winback_days"))
        return program.browse() if is_refused else program

    def _transition(self, event, payload=None, **values):
        moved = super()._transition(event, payload, **values)
        if event in BEGINNINGS:
            for subscription in moved.sudo().filtered("invited_by_id"):
                self.env["gym.referral"]._claim(subscription)
        if event in ENDINGS:
            domain = [("subscription_id", "in", moved.ids), ("state", "in", lifecycle.LIVE)]
            self.env["gym.referral"].sudo().search(domain)._note_news()
        return moved
