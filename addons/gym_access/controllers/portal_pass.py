from odoo import fields
from odoo.exceptions import UserError
from odoo.http import request, route
from odoo.tools import file_open

from odoo.addons.gym_members.controllers.portal import GymPortal
from odoo.addons.vigor_guard.domain.numbers import read_id

from ..domain import pass_code

PAGE = "/my/gym/pass"
# Nothing of others runs or is fetched on the page that holds the secret of the codes.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


class GymPortalPass(GymPortal):
    """The pass on the phone: a page that works without signal once it was opened, and what it says to the server."""

    def _prepare_gym_home_values(self, member_sudo):
        values = super()._prepare_gym_home_values(member_sudo)
        return values | {"may_show_pass": member_sudo._is_portal_self_or_ward()}

    @route("/my/gym/pass", type="http", auth="user", methods=["GET"], readonly=True, sitemap=False)
    def gym_pass(self, member=None, **kw):
        member_sudo = self._get_gym_member(member)
        if not member_sudo:
            return request.redirect("/my/gym")
        texts = self._get_pass_texts()
        values = {"member": member_sudo, "first_name": member_sudo.name.split()[0], "texts": texts}
        response = request.render("gym_access.pass_page", values)
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    @route("/my/gym/pass/register", type="jsonrpc", auth="user")
    def gym_pass_register(self, member=None):
        """Make this phone the one of the member; the one before shows codes that open nothing."""
        member_sudo = self._get_gym_member(read_id(member))
        if not member_sudo:
            return {"error": request.env._("You have no membership here yet.")}
        try:
            with self._changing():
                phone = request.env["gym.access.phone"]._enroll(member_sudo, request.httprequest.user_agent.string)
        except UserError as error:
            return {"error": str(error)}
        return {"phone": phone.id, "now": self._get_now()}

    @route("/my/gym/pass/anchors", type="jsonrpc", auth="user")
    def gym_pass_anchors(self, member=None, phone=None, anchors=None):
        """Keep the anchors of the days ahead, and tell how things stand.

        :return: ``now`` (seconds since 1970), ``is_live`` (this phone still is the member's) and ``state``
        """
        member_sudo = self._get_gym_member(read_id(member))
        phones = request.env["gym.access.phone"].sudo()
        mine = [("member_id", "=", member_sudo.id), ("id", "=", read_id(phone)), ("revoked_at", "=", False)]
        found = phones.search(mine) if member_sudo else phones
        if found and isinstance(anchors, dict) and len(anchors) <= pass_code.DAYS_AHEAD + 2:
            try:
                found._keep_anchors({read_id(day): value for day, value in anchors.items()})
            except UserError as error:
                return {"error": str(error)}
        state = member_sudo._get_pass_state() if member_sudo else None
        return {"now": self._get_now(), "is_live": bool(found), "state": state}

    @route("/my/gym/pass/sw.js", type="http", auth="public", methods=["GET"], readonly=True, sitemap=False)
    def gym_pass_worker(self):
        with file_open("gym_access/static/src/pass/service_worker.js") as file:
            body = file.read()
        headers = {"Content-Type": "text/javascript", "Service-Worker-Allowed": PAGE, "Cache-Control": "no-cache"}
        return request.make_response(body, headers=list(headers.items()))

    @route(
        "/my/gym/pass/manifest.webmanifest", type="http", auth="public", methods=["GET"], readonly=True, sitemap=False
    )
    def gym_pass_manifest(self):
        icon = "/gym_access/static/description/icon.png"
        content = {
            "name": request.env._("My pass"),
            "short_name": request.env._("My pass"),
            "start_url": PAGE,
            "scope": PAGE,
            "display": "standalone",
            "background_color": "#ffffff",
            "theme_color": "#ffffff",
            "icons": [{"src": icon, "sizes": "256x256", "type": "image/png"}],
        }
        return request.make_json_response(content, headers=[("Content-Type", "application/manifest+json")])

    @staticmethod
    def _get_now():
        return int((fields.Datetime.now() - fields.Datetime.to_datetime("1970-01-01 00:00:00")).total_seconds())

    @staticmethod
    def _get_pass_texts():
        """Return what the page says, by the keys of its script."""
        _ = request.env._
        return {
            "making": _("Preparing your codes…"),
            "ready": _("Show this code at the reader or the front desk."),
            "until": _("Works without signal until"),
            "expired": _("Connect to the internet once to renew your codes."),
            "other": _("Your pass is on another phone now."),
            "take": _("Use this phone"),
            "clock": _("The clock of this phone is off. Set it to automatic time."),
            "refused": _("You cannot enter right now"),
            "see": _("See what to do"),
            "failed": _("That did not work. Try again in a moment."),
        }
