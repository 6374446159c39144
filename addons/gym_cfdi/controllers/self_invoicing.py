from werkzeug.exceptions import NotFound

from odoo.exceptions import AccessError, MissingError
from odoo.http import content_disposition, request, route
from odoo.tools import single_email_re

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.vigor_guard.domain.network import group_address

from ..domain import fiscal_form
from .fiscal_data import read_fiscal_form

# Keys of the session: the sale whose ticket was shown, and the one that this visitor had invoiced
_TICKET, _INVOICED = "cfdi_ticket", "cfdi_ticket_invoiced"
_FIELDS = ("rfc", "name", "zip", "regime", "use", "email")
SEARCHES_AN_HOUR = 1000  # of all visitors together
MOST_MISSES, MISSES_WINDOW_S = 8, 1800  # of a network, and of a number


class SelfInvoicing(CustomerPortal):
    """``/factura``: who holds a ticket of this month gets its CFDI in their own name.

    Three steps, the ticket kept in the session: number and code; fiscal data; the stamped files. A ticket that is not
    there, is too old or was invoiced already all look the same. Misses are counted by network and by number, searches
    of everybody together by the hour.
    """

    @route("/factura", type="http", auth="public", website=True, methods=["GET", "POST"], sitemap=True)
    def cfdi_ticket(self, number="", code="", **kw):
        values = {"number": number, "code": code, "error": None, "page_name": "self_invoicing"}
        if request.httprequest.method == "POST":
            move_sudo, values["error"] = self._search_ticket(number.strip(), code)
            if move_sudo:
                request.session[_TICKET] = move_sudo.id
                return request.redirect("/factura/datos")
        return request.render("gym_cfdi.self_invoicing_ticket", values)

    @route("/my/invoices/<int:invoice_id>/factura", type="http", auth="public", website=True, methods=["GET"])
    def cfdi_ticket_of_invoice(self, invoice_id, access_token=None, **kw):
        """From the customer's page of an invoice straight to the fiscal data: who may see it need not search it."""
        try:
            move_sudo = self._document_check_access("account.move", invoice_id, access_token)
        except (AccessError, MissingError) as error:
            raise NotFound() from error
        if not move_sudo._may_be_cfdi_ticket():
            return request.redirect(move_sudo.get_portal_url())
        request.session[_TICKET] = move_sudo.id
        return request.redirect("/factura/datos")

    @route("/factura/datos", type="http", auth="public", website=True, methods=["GET", "POST"], sitemap=False)
    def cfdi_ticket_data(self, **form):
        move_sudo = self._get_sale(_TICKET)
        if not move_sudo or not move_sudo._is_cfdi_ticket():
            return request.redirect("/factura/listo")
        errors, doubts = {}, {}
        own_sudo = self._get_own_partner(move_sudo)
        if request.httprequest.method == "POST":
            data, errors, doubts = read_fiscal_form(form)
            email = form.get("email", "").strip()
            if not single_email_re.match(email):
                errors["email"] = (request.env._("Type an e-mail address."), request.env._("The CFDI goes there."))
            if not errors:
                if form.get("keep") and own_sudo:
                    own_sudo._write_fiscal_form(data)
                move_sudo._make_cfdi_nominative(data, email)
                request.session[_INVOICED] = move_sudo.id
                return request.redirect("/factura/listo")
        known = own_sudo._get_fiscal_form() | {"email": own_sudo.email} if own_sudo else {}
        values = {name: form.get(name, known.get(name) or "") for name in _FIELDS}
        values["use"] = fiscal_form.proposed_use(values["regime"], values["use"])
        return request.render(
            "gym_cfdi.self_invoicing_data",
            request.env["res.partner"]._get_fiscal_choices()
            | {
                "move": move_sudo,
                "form": values,
                "errors": errors,
                "doubts": doubts,
                "is_own": bool(own_sudo),
                "page_name": "self_invoicing",
            },
        )

    @route("/factura/listo", type="http", auth="public", website=True, methods=["GET"], sitemap=False)
    def cfdi_ticket_done(self, **kw):
        move_sudo = self._get_sale(_INVOICED)
        if not move_sudo:
            return request.redirect("/factura")
        values = {"move": move_sudo, "document": move_sudo.cfdi_document_id, "page_name": "self_invoicing"}
        return request.render("gym_cfdi.self_invoicing_done", values)

    @route("/factura/cfdi.<string:kind>", type="http", auth="public", methods=["GET"], sitemap=False)
    def cfdi_ticket_file(self, kind, **kw):
        document_sudo = self._get_sale(_INVOICED).cfdi_document_id
        if not document_sudo.uuid or kind not in ("xml", "pdf"):
            return request.redirect("/factura")
        content, mimetype = document_sudo._get_download(kind)
        name = content_disposition(f"{document_sudo.uuid}.{kind}")
        return request.make_response(content, [("Content-Type", mimetype), ("Content-Disposition", name)])

    def _get_own_partner(self, move_sudo):
        """Return, in sudo, the signed-in customer whose own sale it is; else an empty recordset."""
        partner_sudo = request.env.user.partner_id.sudo()
        is_own = not request.env.user._is_public() and partner_sudo == move_sudo.commercial_partner_id
        return partner_sudo if is_own else partner_sudo.browse()

    def _search_ticket(self, number, code):
        """Return the sale, in sudo, and what to say when there is none."""
        guesses = request.env["vigor.guard.attempt"]
        network = group_address(request.httprequest.remote_addr)
        keys = (("cfdi ticket network", network), ("cfdi ticket number", number.upper()))
        if not guesses._may_guess(MOST_MISSES, MISSES_WINDOW_S, *keys) or not self._has_room_for_search():
            return None, request.env._("Too many attempts. Wait half an hour, or ask at the desk.")
        move_sudo = request.env["account.move"]._find_cfdi_ticket(number, code)
        if move_sudo:
            return move_sudo, None
        guesses._record_miss(*keys)
        return None, request.env._(
            "No ticket of this month with that number and code can be invoiced. Compare both with the ticket; if it "
            "was invoiced already, the CFDI went to the e-mail given then."
        )

    def _has_room_for_search(self):
        """Tell whether the site had fewer searches this hour than people make: more of them are a machine's."""
        return request.env["vigor.guard.attempt"]._is_within(SEARCHES_AN_HOUR, 3600, "cfdi ticket")

    def _get_sale(self, key):
        """Return, in sudo, the sale that the session keeps under ``key``."""
        return request.env["account.move"].sudo().browse(request.session.get(key)).exists()
