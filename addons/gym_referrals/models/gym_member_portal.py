import base64
from datetime import timedelta
from urllib.parse import quote

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..domain import attribution, codes, ledger, lifecycle, rewards

CODE_PX = 220


class GymMember(models.Model):
    """What a member sees of inviting friends."""

    _inherit = "gym.member"

    def _has_referral_page(self):
        """Tell whether there is a program for this member, or something that came of one."""
        self.ensure_one()
        people = self._get_merged_ids()
        domain = ["|", ("referrer_id", "in", people), ("friend_id", "in", people)]
        return bool(self._get_referral_program() or self.env["gym.referral"].sudo().search_count(domain, limit=1))

    def _get_referral_program(self):
        return self.env["gym.referral.program"]._find_for(self.location_id, self.location_id._today())

    def _get_referral_page(self):
        """Return what the page of a member shows."""
        self.ensure_one()
        program = self._get_referral_program()
        own = self.env["gym.referral"].sudo().search([("referrer_id", "in", self._get_merged_ids())])
        given = self.env["gym.referral.reward"].sudo().search([("beneficiary_id", "in", self._get_merged_ids())])
        came = self.env["gym.referral"].sudo().search([("friend_id", "in", self._get_merged_ids())], limit=1)
        return {
            "program": program,
            "offer": program.offer_id,
            "friends": [self._show_friend(one) for one in own],
            "waiting": sum((ledger.open_amount(one._get_book()) for one in given), rewards.ZERO),
            "used": sum((ledger.used_amount(one._get_book()) for one in given), rewards.ZERO),
            "gifts": given.filtered(lambda one: one.kind == rewards.GIFT and one.state == "promised"),
            "tier": self._show_tier(program.offer_id),
            "invitation": came._show_invitation() if came else None,
            "may_claim": self._may_claim() and not came,
        } | (self._get_share(program) if program and self.env["gym.referral"]._get_running(self) else {})

    def _get_share(self, program):
        code = self.env["gym.referral.code"]._of(self)
        url = code._get_url()
        text = self.env._(
            "Train with me at %(gym)s. With my invitation you begin better: %(url)s",
            gym=self.company_id.name,
            url=url,
        )
        image = self.env["ir.actions.report"].barcode("QR", url, width=CODE_PX, height=CODE_PX)
        return {
            "code": codes.show_code(code.code),
            "url": url,
            "text": text,
            "whatsapp": f"https://wa.me/?text={quote(text)}",
            "qr": "data:image/png;base64," + base64.b64encode(image).decode(),
            "until": format_date(self.env, program.date_end),
        }

    def _show_friend(self, referral):
        """Return a friend as the one who invited may see them: an initial, and what it means for the reward."""
        texts = {
            lifecycle.REWARDED: self.env._("Done"),
            lifecycle.CLAIMED: self.env._("On its way"),
            lifecycle.JOINED: self.env._("On its way"),
            lifecycle.HOLDING: self.env._("On its way"),
            lifecycle.REVIEW: self.env._("On its way"),
        }
        day = referral.date_joined + timedelta(days=referral.offer_id._get("hold_days"))
        is_open = referral.state in lifecycle.LIVE and referral.state != lifecycle.REWARDED
        return {
            "initial": f"{referral.friend_id.name[:1]}.",
            "text": texts.get(referral.state, self.env._("No reward")),
            "detail": self.env._("Decided after %(day)s at the earliest", day=format_date(self.env, day))
            if is_open
            else (referral.reason if referral.state in (lifecycle.REJECTED, lifecycle.REVERSED) else ""),
            "is_done": referral.state == lifecycle.REWARDED,
        }

    def _show_tier(self, offer):
        if not offer or not offer._get_tiers():
            return None
        count = self.env["gym.referral"]._count_recent(self, self.location_id._today())
        tier, following = rewards.tier_of(count, offer._get_tiers()), rewards.left_to_next(count, offer._get_tiers())
        return {"name": tier.name if tier else None, "count": count, "following": following}

    # === LATE === #

    def _may_claim(self):
        """Tell whether the member may still say who brought them."""
        return bool(self._get_claimable())

    def _get_claimable(self):
        """Return, in sudo, the first subscription of this member while it may still name who brought them."""
        own = self.sudo()._get_own_subscriptions().filtered(lambda one: one.state != "draft")[:1]
        today = self.location_id._today()
        is_early = own.date_start and today <= own.date_start + attribution.LATE_WINDOW
        return own if is_early and not own.invited_by_id else own.browse()

    def _claim_late(self, text):
        """Take note of who brought this member, for somebody to look at; a code that is nobody's is answered the same.

        :raise UserError: when it is no code, or too late
        """
        self.ensure_one()
        if not codes.read_code(text):
            raise UserError(self.env._("Check the code: it has eight signs, such as 7K3Q-M2XA."))
        subscription = self._get_claimable()
        if not subscription:
            raise UserError(self.env._("It is too late to say who brought you. Ask at the front desk."))
        if code := self.env["gym.referral.code"]._find(text, self.company_id):
            subscription.write({"invited_by_id": code.member_id.id, "referral_way": attribution.LATE})
            self.env["gym.referral"]._claim(subscription)
