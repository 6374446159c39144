from odoo import api, models
from odoo.fields import Domain

from odoo.addons.gym_members.domain.consent import RECURRING_CHARGE


class GymMember(models.Model):
    """The payer of a subscription meets its member in the portal, and agrees to what is charged."""

    _inherit = "gym.member"

    @api.model
    def _get_portal_members(self):
        """Add the members whose subscriptions the user pays for, after those that the user meets anyway."""
        members = super()._get_portal_members()
        if self.env.user._is_public():
            return members
        paid = (
            self.env["gym.subscription"]
            .sudo()
            .search_fetch(
                [
                    ("payer_id", "=", self.env.user.partner_id.id),
                    ("state", "!=", "draft"),
                    ("member_id", "not in", members.ids),
                    ("member_id.active", "=", True),
                ],
                ["member_id"],
            )
        )
        return members | paid.member_id.sorted(lambda member: (member.search_key, member.id))

    def _may_sign_consent(self, purpose, partner):
        """Let the payer of a running subscription agree to its charges too; a member under age does so for nobody."""
        if super()._may_sign_consent(purpose, partner):
            return True
        member = self.sudo()
        if purpose != RECURRING_CHARGE or (member.is_minor and partner == member.partner_id):
            return False
        running = self.env["gym.subscription"]._get_running_states()
        return partner in member.subscription_ids.filtered(lambda one: one.state in running).payer_id

    def _get_portal_subscriptions(self, viewer):
        """Return, in sudo, the subscriptions of this member that ``viewer`` may see, those that run first.

        Those are all members the viewer decides for. A viewer who merely pays for the member sees what they pay; see
        :meth:`gym.subscription._get_in_portal` for one by id.
        """
        self.ensure_one()
        subscriptions = self.env["gym.subscription"].sudo()
        visible = Domain("state", "!=", "draft") if self in viewer.wards else subscriptions._get_portal_domain(viewer)
        domain = self._get_subscription_domain() & visible
        running = subscriptions._get_running_states()
        return subscriptions.search_fetch(domain).sorted(lambda one: (one.state not in running, -one.id))
