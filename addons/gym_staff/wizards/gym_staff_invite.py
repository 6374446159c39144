from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.gym_members.domain.contact import is_email


class GymStaffInvite(models.TransientModel):
    """Invites somebody to work at the gym of the company switched on."""

    _name = "gym.staff.invite"
    _description = "Invite Somebody to the Staff"
    _inherit = ["gym.staff.role"]

    name = fields.Char(required=True)
    email = fields.Char(string="E-mail", required=True)

    def action_invite(self):
        """Make the account and mail the invitation.

        :raise UserError: naming what is missing
        :raise AccessError: for who is not the owner
        """
        self.ensure_one()
        email = (self.email or "").strip().lower()
        if not is_email(email):
            raise UserError(self.env._("%(email)s is no e-mail address: the invitation goes there.", email=self.email))
        values = {"name": self.name.strip(), "email": email}
        self.env["res.users"]._invite_gym_staff(values, self.role, self._get_branches())
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The invitation for %(name)s is on its way to %(email)s.", **values),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
