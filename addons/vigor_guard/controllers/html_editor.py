from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.html_editor.controllers.main import HTML_Editor


class GuardedHtmlEditor(HTML_Editor):
    """The server fetches no address that a user names: it would reach what only it can, and tell of it."""

    @http.route(auth="user")
    def link_preview_metadata(self, preview_url):
        return False

    def _attachment_create(self, name="", data=False, url=False, res_id=False, res_model="ir.ui.view"):
        if url and not data:
            raise UserError(request.env._("Upload the image: the server does not fetch it from another address."))
        return super()._attachment_create(name=name, data=data, url=url, res_id=res_id, res_model=res_model)
