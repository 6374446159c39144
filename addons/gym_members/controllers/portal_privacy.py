from odoo.http import request, route

from ..domain.rate import RateLimit
from .portal import GymPortal

# Each request is a case with a legal term that somebody has to answer.
REQUESTS = RateLimit(limit=10, window_s=3600)


class GymPortalPrivacy(GymPortal):
    """What members ask about their personal data (derechos ARCO), and the answers."""

    @route("/my/gym/privacy", type="http", auth="user", website=True, readonly=True)
    def gym_privacy(self, member=None, sent=None, **kw):
        member_sudo = self._get_gym_member(member)
        if not member_sudo:
            return request.redirect("/my/gym")
        values = self._prepare_gym_values(
            member_sudo,
            page_title=request.env._("Privacy"),
            requests=request.env["gym.privacy.request"]._get_portal_requests(member_sudo),
            kind_titles={
                kind["code"]: kind["title"] for kind in request.env["gym.privacy.request"]._get_portal_kinds()
            },
            sent=bool(sent),
        )
        return request.render("gym_members.portal_privacy", values)

    @route("/my/gym/privacy/new", type="http", auth="user", website=True, methods=["GET", "POST"])
    def gym_privacy_new(self, member=None, **form):
        member_sudo = self._get_gym_member(member)
        if not member_sudo:
            return request.redirect("/my/gym")
        requests = request.env["gym.privacy.request"]
        errors = {}
        if request.httprequest.method == "POST":
            with self._changing(REQUESTS):
                errors = requests._submit_portal_form(member_sudo, form)
            if not errors:
                return request.redirect(self._get_gym_url("/my/gym/privacy?sent=1", member_sudo))
        values = self._prepare_gym_values(
            member_sudo,
            page_title=request.env._("New privacy request"),
            back_url="/my/gym/privacy",
            kinds=requests._get_portal_kinds(),
            data=form,
            errors=errors,
        )
        return request.render("gym_members.portal_privacy_new", values)
