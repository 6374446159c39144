from odoo import api, models
from odoo.fields import Domain

# What may be done in the portal, by who one is to the subscription. Who pays decides about money; leaving and resting
# is also the member's own decision.
PAYER_VERBS = frozenset({"see", "money", "pay", "change", "card", "freeze", "cancel"})
MEMBER_VERBS = frozenset({"see", "money", "freeze", "cancel"})
SEAT_VERBS = frozenset({"see"})
UNDER_AGE_VERBS = frozenset({"see", "money", "pay"})


class GymSubscription(models.Model):
    """What a portal user may see of subscriptions, and do with them."""

    _inherit = "gym.subscription"

    @api.model
    def _get_portal_wards(self):
        """Return, in sudo, the members for whom the current user decides: themselves, and who they are guardian of."""
        members = self.env["gym.member"]._get_portal_members()
        return members.filtered(lambda member: member._is_portal_self_or_ward())

    @api.model
    def _get_portal_payers(self):
        """Return the contacts whose dues the current user pays: their own, and those of minors they are guardian of."""
        return self.env.user.partner_id | self._get_portal_wards().partner_id

    @api.model
    def _get_portal_domain(self):
        """Return the domain of the subscriptions that the current user may see; drafts are nobody's business yet."""
        wards = self._get_portal_wards()
        ids = wards._get_merged_ids() if wards else []
        seats = Domain("line_ids", "any", Domain("kind", "=", "seat") & Domain("member_id", "in", ids))
        whose = Domain("payer_id", "in", self._get_portal_payers().ids) | Domain("member_id", "in", ids) | seats
        return Domain("state", "!=", "draft") & whose

    @api.model
    def _get_in_portal(self, subscription_id):
        """Return, in sudo and in its company, the subscription with that id if the current user may see it."""
        found = self.sudo().search(Domain("id", "=", subscription_id) & self._get_portal_domain())
        return found.with_company(found.company_id)

    def _may_in_portal(self, verb):
        """Tell whether the current user may do ``verb`` with this subscription, which they may see.

        :param str verb: ``see``, ``money`` (see amounts), ``pay``, ``change``, ``card``, ``freeze`` or ``cancel``
        """
        self.ensure_one()
        if verb not in self._get_portal_verbs():
            return False
        subscription = self.sudo()
        if verb == "change":
            return not subscription.is_comp and not subscription.agreement_id
        if verb == "card":
            return subscription.payer_id == self.env.user.partner_id
        if verb == "freeze":
            return not subscription.plan_id.freeze_fee or subscription._is_paid_by_portal_user()
        return True

    def _get_portal_verbs(self):
        wards, user = self._get_portal_wards(), self.env.user
        if self._is_paid_by_portal_user():
            verbs = PAYER_VERBS
        elif self.sudo().member_id in wards:
            verbs = MEMBER_VERBS
        else:
            return SEAT_VERBS
        is_under_age = any(member.is_minor for member in wards if member.partner_id == user.partner_id)
        return verbs & UNDER_AGE_VERBS if is_under_age else verbs

    def _is_paid_by_portal_user(self):
        """Tell whether the current user pays this subscription, or decides for the minor in whose name it is paid."""
        self.ensure_one()
        return self.sudo().payer_id in self._get_portal_payers()

    def _get_portal_member(self):
        """Return, in sudo, under which of the user's members the portal shows this subscription."""
        self.ensure_one()
        members = self.env["gym.member"]._get_portal_members()
        subscription = self.sudo()
        trainees = subscription.member_id | subscription.line_ids.member_id
        return (subscription.member_id & members) or (members & trainees)[:1]
