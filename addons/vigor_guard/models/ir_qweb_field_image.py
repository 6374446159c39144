from odoo import models


class IrQwebFieldImage(models.AbstractModel):
    _inherit = "ir.qweb.field.image"

    def load_remote_url(self, url):
        """Override: an image is uploaded, the server does not fetch it from where a page says."""
        return
