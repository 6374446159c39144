from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class ResPartner(models.Model):
    _inherit = "res.partner"

    is_gym_blocked = fields.Boolean(string="Data Blocked", readonly=True, copy=False)

    def write(self, vals):
        if not self.env.su and {"is_gym_blocked", "gym_location_id"} & vals.keys():
            raise AccessError(self.env._("Who sees the contact of a member follows from the member; nobody sets it."))
        if not self.env.su and any(partner.is_gym_blocked for partner in self.sudo()):
            raise UserError(
                self.env._("The data of this contact are blocked at the person's request and no longer change.")
            )
        return super().write(vals)
