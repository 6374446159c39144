from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import content_disposition, request, route

_REPORTS = {"carta": "gym_collection.gym_receipt_letter", "80mm": "gym_collection.gym_receipt_80mm"}


class GymReceipt(http.Controller):
    """``/recibo``: a receipt for whoever has its link, as a page for the phone and as PDF for two papers."""

    @route(
        "/recibo/<int:payment_id>/<string:token>",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
        sitemap=False,
    )
    def gym_receipt(self, payment_id, token, **kw):
        return request.render("gym_collection.receipt_page", {"payment": self._get_payment(payment_id, token)})

    @route(
        "/recibo/<int:payment_id>/<string:token>/<string:paper>.pdf",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def gym_receipt_pdf(self, payment_id, token, paper, **kw):
        payment_sudo = self._get_payment(payment_id, token)
        if paper not in _REPORTS:
            raise NotFound()
        reports_sudo = request.env["ir.actions.report"].sudo()
        content, _type = reports_sudo._render_qweb_pdf(_REPORTS[paper], payment_sudo.ids)
        name = content_disposition(f"{payment_sudo.name.replace('/', '-')}.pdf", "inline")
        return request.make_response(content, [("Content-Type", "application/pdf"), ("Content-Disposition", name)])

    def _get_payment(self, payment_id, token):
        payment_sudo = request.env["account.payment"]._find_gym_receipt(payment_id, token)
        if not payment_sudo:
            raise NotFound()
        return payment_sudo.with_context(lang=payment_sudo.partner_id.lang or request.env.lang)
