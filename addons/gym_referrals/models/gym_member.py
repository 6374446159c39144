from odoo import fields, models


class GymMember(models.Model):
    """What a member's invitations and rewards are, and what goes when their data go."""

    _inherit = "gym.member"

    referral_ids = fields.One2many("gym.referral", "referrer_id", string="Friends Brought", readonly=True)
    invitation_ids = fields.One2many("gym.referral", "friend_id", string="Brought By", readonly=True)

    def _get_identities(self):
        """Return what tells people apart as the columns of ``scripts/referrals`` name it, by member; called in sudo."""
        domain = [("member_id", "in", self.ids), ("method", "=", "online"), ("ip_address", "!=", False)]
        seen = self.env["gym.consent"].search_fetch(domain, ["member_id", "ip_address"], order="id")
        networks = {consent.member_id: consent.ip_address for consent in seen}
        return {
            member: {
                "phone": member.phone,
                "email": member.email,
                "address": ", ".join(part for part in (member.street, member.street2, member.zip) if part),
                "ip": networks.get(member),
            }
            for member in self
        }

    def _get_personal_data(self):
        self.ensure_one()
        people = self._get_merged_ids()
        referrals, rewards = self.env["gym.referral"], self.env["gym.referral.reward"]
        names = ("name", "date_joined", "state", "way", "evidence", "reason")
        brought = referrals.search([("referrer_id", "in", people)], order="id")
        came = referrals.search([("friend_id", "in", people)], order="id")
        own = rewards.search([("beneficiary_id", "in", people)], order="id")
        codes = self.env["gym.referral.code"].with_context(active_test=False).search([("member_id", "in", people)])
        return super()._get_personal_data() | {
            "friends_brought": [self._export_row(one, names) for one in brought],
            "brought_by": [self._export_row(one, names) for one in came],
            "referral_rewards": [self._export_row(one, ("date_given", "amount", "state")) for one in own],
            "referral_codes": [self._export_row(one, ("code",)) for one in codes],
        }

    def _anonymise_personal_data(self):
        """The code goes, and what was written about how somebody came; folios and amounts stay as figures."""
        people = self._get_merged_ids()
        self.env["gym.referral.code"].with_context(active_test=False).search([("member_id", "in", people)]).unlink()
        domain = ["|", ("referrer_id", "in", people), ("friend_id", "in", people)]
        referrals = self.env["gym.referral"].search(domain)
        referrals.write({"evidence": False, "findings": False, "reason": False})
        referrals.message_ids.unlink()
        self._get_own_subscriptions().write({"referral_evidence": False})
        return super()._anonymise_personal_data()
