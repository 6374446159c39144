from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def write(self, vals):
        """A stranger who has a ticket invoiced is a contact of the branch that sold it."""
        done = super().write(vals)
        holder_sudo = self.env["res.partner"].sudo().browse(vals.get("cfdi_receptor_id") or [])
        if holder_sudo.create_uid.share:
            holder_sudo._make_known_to(self.sudo()._get_gym_branches())
        return done
