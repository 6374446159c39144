import time

from odoo.exceptions import UserError
from odoo.http import Controller, request, route

from odoo.addons.vigor_guard.domain.network import group_address
from odoo.addons.vigor_guard.domain.numbers import read_id

from ..domain.rate import RateLimit
from .signature import read_signature

# Reading and signing ten documents takes some forty requests, and all tablets of a branch share one address.
REQUESTS = RateLimit(limit=120, window_s=60)


class GymKiosk(Controller):
    """The tablet at the front desk. Public: the token in the URL is the right to be here, for one person, once."""

    @route("/gym/kiosk/sign/<string:token>", type="http", auth="public", website=True, sitemap=False)
    def sign_page(self, token, **kw):
        return self._render(self._find(token), token)

    @route("/gym/kiosk/sign/<string:token>/sign", type="jsonrpc", auth="public", website=True)
    def sign(self, token, name=None, signature=None):
        """Answer of core's signature form; a JSON-RPC route gets nothing of the query string as argument."""
        tablet_sudo = self._find(token)
        document_id = read_id(request.httprequest.args.get("document"))
        document_sudo = tablet_sudo and tablet_sudo._get_document(document_id)
        if document_sudo:
            try:
                self._sign(tablet_sudo, document_sudo, signature=read_signature(signature), signer_name=name)
            except UserError as error:
                return {"error": str(error)}
        return {"force_refresh": True, "redirect_url": self._get_next_url(tablet_sudo, token)}

    @route("/gym/kiosk/sign/<string:token>/answer", type="http", auth="public", methods=["POST"], website=True)
    def answer(self, token, document=None, agree=None, **kw):
        """Agree with a button, or go on without agreeing."""
        tablet_sudo = self._find(token)
        if not tablet_sudo:
            return self._render(tablet_sudo, token)
        document_sudo = tablet_sudo._get_document(read_id(document))
        if document_sudo:
            try:
                self._sign(tablet_sudo, document_sudo) if agree == "yes" else tablet_sudo._refuse(document_sudo)
            except UserError as error:
                return self._render(tablet_sudo, token, error=str(error))
        return request.redirect(self._get_next_url(tablet_sudo, token))

    @route("/gym/kiosk/thanks", type="http", auth="public", website=True, sitemap=False)
    def thanks(self, **kw):
        return self._respond("gym_members.kiosk_thanks", {})

    def _find(self, token):
        """Return, in sudo, the signing that the token opens, empty when there is none or the client asks too often."""
        if not REQUESTS.allows(group_address(request.httprequest.remote_addr), time.monotonic()):
            request.update_context(gym_kiosk_busy=True)
            return request.env["gym.consent.tablet"].sudo()
        tablet_sudo = request.env["gym.consent.tablet"]._find(token)
        if tablet_sudo:
            request.update_context(lang=tablet_sudo.member_id.lang or request.env.lang)
        return tablet_sudo.with_env(request.env(su=True))

    def _sign(self, tablet_sudo, document_sudo, **evidence):
        http = request.httprequest
        trace = {"ip_address": http.remote_addr, "user_agent": http.user_agent.string}
        tablet_sudo._sign(document_sudo, **evidence, **trace)

    def _get_next_url(self, tablet_sudo, token):
        return "/gym/kiosk/thanks" if tablet_sudo and tablet_sudo.closed_at else f"/gym/kiosk/sign/{token}"

    def _render(self, tablet_sudo, token, error=None):
        if request.env.context.get("gym_kiosk_busy"):
            return self._respond("gym_members.kiosk_closed", {"is_busy": True}, status=429)
        if not tablet_sudo:
            return self._respond("gym_members.kiosk_closed", {}, status=410)
        left = tablet_sudo.document_ids.sorted(lambda document: (document.sequence, document.id))
        values = {
            "tablet": tablet_sudo,
            "member": tablet_sudo.member_id,
            "signer": tablet_sudo.signer_partner_id,
            "document": left[:1],
            "position": tablet_sudo.document_count - len(left) + 1,
            "url": f"/gym/kiosk/sign/{token}",
            "error": error,
        }
        return self._respond("gym_members.kiosk_sign", values)

    def _respond(self, template, values, status=200):
        """Render a page that is neither cached nor told to others: its address is a key."""
        response = request.render(template, values, status=status)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        return response
