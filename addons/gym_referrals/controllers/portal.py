from odoo.exceptions import UserError
from odoo.http import request, route

from odoo.addons.gym_members.controllers.portal import GymPortal


class GymPortalReferrals(GymPortal):
    def _prepare_gym_home_values(self, member_sudo):
        values = super()._prepare_gym_home_values(member_sudo)
        return values | {"has_referrals": values["is_personal"] and member_sudo._has_referral_page()}

    @route("/my/gym/referrals", type="http", auth="user", website=True, methods=["GET", "POST"])
    def gym_referrals(self, member=None, code=None, claimed=None, **kw):
        member_sudo = self._get_gym_member(member)
        if not member_sudo or not member_sudo._has_referral_page():
            return request.redirect("/my/gym")
        error = None
        if request.httprequest.method == "POST":
            error = self._claim_referral(member_sudo, code)
            if not error:
                return request.redirect(self._get_gym_url("/my/gym/referrals?claimed=1", member_sudo))
        title = request.env._("Invite friends")
        page = member_sudo._get_referral_page()
        values = self._prepare_gym_values(member_sudo, page_title=title, page=page, error=error, claimed=bool(claimed))
        return request.render("gym_referrals.portal_referrals", values)

    def _claim_referral(self, member_sudo, code):
        """Return why a late claim is refused, ``None`` when it is taken note of."""
        try:
            with self._changing():
                member_sudo._claim_late(code)
        except UserError as refusal:
            return str(refusal)
        return None
