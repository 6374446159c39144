from dataclasses import dataclass

from odoo import api, models
from odoo.fields import Domain

# What may be done in the portal, by who one is to the subscription. The payer decides about money; leaving and resting
# is also the member's own decision.
PAYER_VERBS = frozenset({"see", "money", "pay", "change", "card", "price", "freeze", "cancel"})
MEMBER_VERBS = frozenset({"see", "money", "freeze", "cancel"})
SEAT_VERBS = frozenset({"see"})
UNDER_AGE_VERBS = frozenset({"see", "money", "pay"})


@dataclass(frozen=True)
class Viewer:
    """A user of the portal, found out once for a page.

    :param members: in sudo, whom the user meets; see ``gym.member._get_portal_members``
    :param wards: in sudo, for whom of them the user decides: themselves, and minors they are guardian of
    :param payers: whose dues the user pays: their own, and those in the name of their wards
    """

    partner: object
    members: object
    wards: object
    payers: object

    @property
    def is_under_age(self):
        return any(member.is_minor for member in self.wards if member.partner_id == self.partner)


class GymSubscription(models.Model):
    """What a portal user may see of subscriptions, and do with them."""

    _inherit = "gym.subscription"

    @api.model
    def _get_portal_viewer(self, members):
        """Return the current user as the pages of dues know them.

        :param members: in sudo, whom the user meets; see ``gym.member._get_portal_members``
        """
        partner = self.env.user.partner_id
        wards = members.filtered(lambda member: member._is_portal_self_or_ward())
        return Viewer(partner, members, wards, partner | wards.partner_id)

    @api.model
    def _get_portal_domain(self, viewer):
        """Return the domain of the subscriptions that ``viewer`` may see; drafts are nobody's business yet."""
        ids = viewer.wards._get_merged_ids() if viewer.wards else []
        seats = Domain("line_ids", "any", Domain("kind", "=", "seat") & Domain("member_id", "in", ids))
        whose = Domain("payer_id", "in", viewer.payers.ids) | Domain("member_id", "in", ids) | seats
        return Domain("state", "!=", "draft") & whose

    @api.model
    def _get_in_portal(self, subscription_id, viewer):
        """Return, in sudo and in its company, the subscription with that id if ``viewer`` may see it."""
        domain = Domain("id", "=", subscription_id) & self._get_portal_domain(viewer)
        found = self.sudo().search_fetch(domain)
        return found.with_company(found.company_id)

    def _get_portal_verbs(self, viewer):
        """Return what ``viewer``, who may see this subscription, may do with it.

        :return: set of ``see``, ``money`` (see amounts), ``pay``, ``change``, ``card``,
            ``price`` (answer to a new one), ``freeze`` and ``cancel``
        """
        self.ensure_one()
        subscription = self.sudo()
        is_payer = subscription.payer_id in viewer.payers
        if not is_payer and subscription.member_id not in viewer.wards:
            return set(SEAT_VERBS)
        verbs = set(PAYER_VERBS if is_payer else MEMBER_VERBS)
        if viewer.is_under_age:
            verbs &= UNDER_AGE_VERBS
        if subscription.is_comp or subscription.agreement_id:
            verbs.discard("change")
        if subscription.payer_id != viewer.partner:
            verbs.discard("card")
        if subscription.plan_id.freeze_fee and not is_payer:
            verbs.discard("freeze")
        return verbs

    def _get_portal_member(self, viewer):
        """Return, in sudo, under which member the portal shows ``viewer`` this subscription."""
        self.ensure_one()
        subscription = self.sudo()
        trainees = subscription.member_id | subscription.line_ids.member_id
        return (subscription.member_id & viewer.members) or (viewer.members & trainees)[:1]
