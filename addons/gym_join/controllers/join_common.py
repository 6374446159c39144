import time

from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.gym_members.domain.rate import RateLimit
from odoo.addons.vigor_guard.domain.network import group_address

from ..domain import joining
from ..models.gym_join import LIFETIME_DAYS

COOKIE = "gym_join"
# Joining takes some twenty requests; everybody on a gym's own network shares one address.
REQUESTS = RateLimit(limit=240, window_s=60)
BEGINNINGS = RateLimit(limit=30, window_s=600)


class JoinPages:
    """What the pages of joining share.

    They are public. A join is found by the token in the address alone; a wrong token, one of a join that is gone and
    one asked for too often get the same page, and nothing is read in sudo before.
    """

    def _find_join(self, token):
        """Return, in sudo, the join that ``token`` opens, in its company; empty when there is none."""
        joins = request.env["gym.join"]
        if not REQUESTS.allows(group_address(request.httprequest.remote_addr), time.monotonic()):
            return joins.sudo()
        join_sudo = joins._find(token)
        if join_sudo:
            join_sudo = join_sudo.with_company(join_sudo.company_id)
            join_sudo._touch()
        return join_sudo

    def _get_step_refusal(self, join_sudo, step):
        """Return where to go instead of ``step``, ``None`` when it may be shown."""
        if join_sudo.state != joining.OPEN or join_sudo._get_open_payment():
            return request.redirect(join_sudo._get_path("end"))
        progress = join_sudo._get_progress()
        if not joining.may_open(step, progress):
            return request.redirect(join_sudo._get_path(joining.next_step(progress)))
        return None

    def _run(self, verb, *args, **values):
        """Call a verb of a join; return its refusal as text, or ``None``. A refused verb writes nothing."""
        try:
            with request.env.cr.savepoint():
                verb(*args, **values)
        except UserError as error:
            return str(error)
        return None

    def _get_trace(self):
        """Return from where the request comes; behind a proxy that needs ``proxy_mode`` in the configuration."""
        http = request.httprequest
        return {"ip_address": http.remote_addr, "user_agent": http.user_agent.string[:500]}

    def _get_own_member(self, company):
        """Return, in sudo, the member of ``company`` whose user is signed in; empty for anybody else."""
        members_sudo = request.env["gym.member"]._get_portal_members()
        partner = request.env.user.partner_id
        return members_sudo.filtered(lambda member: member.partner_id == partner and member.company_id == company)[:1]

    # === PAGES === #

    def _render_step(self, step, join_sudo, **values):
        position = joining.STEPS.index(step) + 1
        return self._respond(
            f"gym_join.join_{step}",
            {
                "join": join_sudo,
                "location": join_sudo.location_id,
                "position": position,
                "back_url": join_sudo._get_path(joining.STEPS[position - 2]) if position > 1 else "/join",
            }
            | values,
        )

    def _render_gone(self):
        return self._respond("gym_join.join_gone", {}, status=410)

    def _respond(self, template, values, status=200):
        """Render a page that is neither cached nor told to others: its address is a key."""
        response = request.render(template, {"error": None, "errors": {}} | values, status=status)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def _remember(self, response, join_sudo):
        """Let this browser find its join again."""
        response.set_cookie(
            COOKIE,
            join_sudo._get_token(),
            max_age=LIFETIME_DAYS * 86400,
            expires=None,  # Odoo adds a year to what names none
            secure=request.httprequest.scheme == "https",
            httponly=True,
            samesite="Lax",
            path="/join",
        )
        return response
