import base64

from odoo import api, fields, models

from ..domain.codes import show_code


class GymAccessCode(models.TransientModel):
    """A code, shown once to print it or hand it on."""

    _name = "gym.access.code"
    _description = "Code of a Pass or Card"

    title = fields.Char(readonly=True)
    code = fields.Char(readonly=True)
    image = fields.Binary(readonly=True)

    @api.model
    def _show(self, record, code):
        """Return, in sudo, a dialog that shows ``code`` of ``record`` as digits and as QR."""
        image = self.env["ir.actions.report"].barcode("QR", code, width=300, height=300, barLevel="M")
        values = {"title": record.display_name, "code": show_code(code), "image": base64.b64encode(image)}
        return self.sudo().create(values)
