from urllib.parse import urlencode

from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_invoicing_url(self):
        """The page /factura with number and code filled in, while the sale is a ticket of its month."""
        if not (code := self.cfdi_ticket_code):
            return super()._get_invoicing_url()
        return f"{self.company_id.cfdi_self_invoicing_url}?{urlencode({'number': self.name, 'code': code})}"

    def write(self, vals):
        """A stranger who has a ticket invoiced is a contact of the branch that sold it."""
        done = super().write(vals)
        holder_sudo = self.env["res.partner"].sudo().browse(vals.get("cfdi_receptor_id") or [])
        if holder_sudo.create_uid.share:
            holder_sudo._make_known_to(self.sudo()._get_gym_branches())
        return done
