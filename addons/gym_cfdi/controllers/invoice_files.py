from werkzeug.exceptions import NotFound

from odoo.exceptions import AccessError, MissingError
from odoo.http import content_disposition, request, route

from odoo.addons.portal.controllers.portal import CustomerPortal


class CfdiFilesPortal(CustomerPortal):
    """The XML of an invoice and the CFDI of the payments it received, for anyone who may see the invoice."""

    @route("/my/invoices/<int:invoice_id>/cfdi/<int:document_id>.<string:kind>", type="http", auth="public")
    def cfdi_file(self, invoice_id, document_id, kind, access_token=None, **kw):
        try:
            move_sudo = self._document_check_access("account.move", invoice_id, access_token)
        except (AccessError, MissingError) as error:
            raise NotFound() from error
        document_sudo = move_sudo._get_cfdi_portal_documents().filtered(lambda document: document.id == document_id)
        if not document_sudo or kind not in ("xml", "pdf"):
            raise NotFound()
        content, mimetype = document_sudo._get_download(kind)
        return request.make_response(
            content,
            [
                ("Content-Type", mimetype),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(f"{document_sudo.uuid}.{kind}")),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
