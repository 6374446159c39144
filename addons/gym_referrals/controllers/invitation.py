import time

from odoo.http import Controller, request, route

from odoo.addons.gym_join.controllers.join import GymJoinPages
from odoo.addons.gym_members.domain.rate import RateLimit
from odoo.addons.vigor_guard.domain.network import group_address

from ..domain import attribution, codes

COOKIE = "gym_invite"
COOKIE_DAYS = 30
# Everybody on a gym's own network shares one address; who guesses needs millions of millions of requests
REQUESTS = RateLimit(limit=120, window_s=600)


class GymInvitation(Controller):
    """The page that an invitation opens. It names nobody, and reading it changes nothing but the browser's memory."""

    @route("/i/<string:code>", type="http", auth="public", website=True, readonly=True, sitemap=False)
    def invitation(self, code, **kw):
        found_sudo = self._find(code)
        location_sudo = found_sudo.location_id
        programs_sudo = found_sudo.env["gym.referral.program"]
        program_sudo = programs_sudo._find_for(location_sudo, location_sudo._today()) if found_sudo else programs_sudo
        values = {
            "program": program_sudo,
            "promotion": program_sudo.friend_promotion_id,
            "company": found_sudo.company_id,
            "code": found_sudo.display_name,
            "join_url": self._get_join_url(found_sudo, location_sudo) if program_sudo else "/join",
            "page_title": request.env._("You are invited"),
        }
        response = request.render("gym_referrals.invitation", values, status=200 if program_sudo else 404)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        if program_sudo and request.httprequest.headers.get("Sec-Fetch-Dest", "document") == "document":
            self._remember(response, found_sudo.code)
        return response

    def _find(self, code):
        """Return, in sudo, the code; who guesses gets the page of an unknown one, also for one that exists."""
        records = request.env["gym.referral.code"]
        if not REQUESTS.allows(group_address(request.httprequest.remote_addr), time.monotonic()):
            return records.sudo()
        return records._find(code)

    @staticmethod
    def _get_join_url(found_sudo, location_sudo):
        own = location_sudo in location_sudo._get_join_branches()
        return f"/join/at/{location_sudo.id}?i={found_sudo.code}" if own else "/join"

    @staticmethod
    def _remember(response, code):
        response.set_cookie(
            COOKIE,
            code,
            max_age=COOKIE_DAYS * 86400,
            expires=None,
            secure=request.httprequest.scheme == "https",
            httponly=True,
            samesite="Lax",
        )


class GymJoinInvited(GymJoinPages):
    """Joining with an invitation: the code travels in the address, else in the browser."""

    def _get_own_data(self, location_sudo):
        return super()._get_own_data(location_sudo) | self._get_invitation(location_sudo)

    def _get_invitation(self, location_sudo):
        named = request.httprequest.args.get("i")
        way = attribution.LINK if named else attribution.COOKIE
        codes_sudo = request.env["gym.referral.code"]
        found_sudo = codes_sudo._find(named or request.httprequest.cookies.get(COOKIE), location_sudo.company_id)
        return {"invited_by_id": found_sudo.member_id.id, "referral_way": way} if found_sudo else {}

    def _render_plans(self, location_sudo, **values):
        code = codes.read_code(request.httprequest.args.get("i"))
        if code and values.get("form_url") == f"/join/at/{location_sudo.id}":
            values["form_url"] += f"?i={code}"
        return super()._render_plans(location_sudo, **values)
