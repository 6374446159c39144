from werkzeug.exceptions import NotFound

from odoo import SUPERUSER_ID
from odoo.exceptions import UserError
from odoo.http import content_disposition, request, route

from .portal import GymPortal
from .signature import read_signature


class GymPortalConsents(GymPortal):
    """What a member, or who signs for them, reads, signs and takes back under ``/my/gym/consents``."""

    @route("/my/gym/consents", type="http", auth="user", website=True, readonly=True)
    def gym_consents(self, member=None, **kw):
        member_sudo = self._get_gym_member(member, personal=False)
        if not member_sudo:
            return request.redirect("/my/gym")
        lines = member_sudo._get_portal_consents(request.env.user.partner_id)
        values = self._prepare_gym_values(
            member_sudo,
            page_title=request.env._("Documents and consents"),
            pending=[line for line in lines if not line["consent"]],
            live=[line for line in lines if line["consent"]],
            history=self._get_consent_history(member_sudo),
            document_url=self._get_document_url,
        )
        return request.render("gym_members.portal_consents", values)

    @route("/my/gym/consents/<int:document_id>", type="http", auth="user", website=True, readonly=True)
    def gym_consent(self, document_id, member=None, error=None, **kw):
        member_sudo, document_sudo = self._get_member_and_document(member, document_id)
        return self._render_consent(member_sudo, document_sudo)

    @route("/my/gym/consents/<int:document_id>/sign", type="jsonrpc", auth="user", website=True)
    def gym_consent_sign(self, document_id, name=None, signature=None):
        """Answer of core's signature form: sign with a drawn signature and the typed name."""
        # a JSON-RPC route gets nothing of the query string as argument
        member = request.httprequest.args.get("member")
        member_sudo, document_sudo = self._get_member_and_document(member, document_id)
        try:
            self._give(member_sudo, document_sudo, signature=read_signature(signature), signer_name=name)
        except UserError as error:
            return {"error": str(error)}
        return {"force_refresh": True, "redirect_url": self._get_document_url(document_sudo, member_sudo)}

    @route("/my/gym/consents/<int:document_id>/accept", type="http", auth="user", methods=["POST"], website=True)
    def gym_consent_accept(self, document_id, member=None, accept=None, **kw):
        """Agree with a tick, for what needs no drawn signature; works without JavaScript."""
        member_sudo, document_sudo = self._get_member_and_document(member, document_id)
        try:
            if not accept:
                raise UserError(request.env._("Tick the box to agree. Nothing was recorded."))
            self._give(member_sudo, document_sudo)
        except UserError as error:
            return self._render_consent(member_sudo, document_sudo, error=str(error))
        return request.redirect(self._get_document_url(document_sudo, member_sudo))

    @route("/my/gym/consents/<int:document_id>/withdraw", type="http", auth="user", methods=["POST"], website=True)
    def gym_consent_withdraw(self, document_id, member=None, **kw):
        member_sudo, document_sudo = self._get_member_and_document(member, document_id)
        signer = request.env.user.partner_id
        with self._changing():
            member_sudo._withdraw_consent(document_sudo.purpose, "portal", signer=signer, **self._get_trace())
        return request.redirect(self._get_document_url(document_sudo, member_sudo))

    @route("/my/gym/consents/copy/<int:consent_id>", type="http", auth="user", website=True, readonly=True)
    def gym_consent_copy(self, consent_id, member=None, **kw):
        """Download the PDF copy of what was signed."""
        member_sudo = self._get_gym_member(member, personal=False)
        consent_sudo = self._get_consent_history(member_sudo).filtered(lambda consent: consent.id == consent_id)
        if not consent_sudo:
            raise NotFound()
        pdf = consent_sudo._get_copy_attachment().raw or consent_sudo.with_user(SUPERUSER_ID)._render_copy()
        return request.make_response(
            pdf,
            [
                ("Content-Type", "application/pdf"),
                ("Content-Disposition", content_disposition(consent_sudo.copy_filename)),
                ("Cache-Control", "private, no-store"),
            ],
        )

    # === CHECKS === #

    def _get_member_and_document(self, member_id, document_id):
        """Return, in sudo, a member of the user's and a document that the user may sign for that member.

        :raise NotFound: for anything else; what belongs to others and what does not exist look the same
        """
        member_sudo = self._get_gym_member(member_id, personal=False)
        if not member_sudo:
            raise NotFound()
        for line in member_sudo._get_portal_consents(request.env.user.partner_id):
            if line["document"].id == document_id:
                return member_sudo, line["document"]
        raise NotFound()

    def _get_consent_history(self, member_sudo):
        """Return, in sudo, the rows of this member that the user may see: their own, and what they may sign."""
        rows = request.env["gym.consent"].sudo().search([("member_id", "in", member_sudo._get_merged_ids())])
        if member_sudo and member_sudo._is_portal_self_or_ward():
            return rows
        partner = request.env.user.partner_id
        return rows._of_signer(partner).filtered(lambda row: member_sudo._may_sign_consent(row.purpose, partner))

    # === WORK === #

    def _give(self, member_sudo, document_sudo, **evidence):
        signer = request.env.user.partner_id
        entry = {"member": member_sudo, "document": document_sudo, "method": "portal", "signer": signer}
        with self._changing():
            request.env["gym.consent"].sudo()._record([entry | evidence | self._get_trace()])

    def _get_trace(self):
        """Return from where the request comes; behind a proxy that needs ``proxy_mode`` in the configuration."""
        http = request.httprequest
        return {"ip_address": http.remote_addr, "user_agent": http.user_agent.string}

    def _render_consent(self, member_sudo, document_sudo, error=None):
        lines = member_sudo._get_portal_consents(request.env.user.partner_id)
        [line] = [line for line in lines if line["document"] == document_sudo]
        values = self._prepare_gym_values(
            member_sudo,
            page_title=document_sudo.name,
            error=error,
            form_url=lambda verb: self._get_document_url(document_sudo, member_sudo, verb),
            signer=request.env.user.partner_id,
            **line,
        )
        return request.render("gym_members.portal_consent", values)

    def _get_document_url(self, document_sudo, member_sudo, verb=""):
        return self._get_gym_url(f"/my/gym/consents/{document_sudo.id}{'/' if verb else ''}{verb}", member_sudo)
