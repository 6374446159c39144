from odoo import fields, models


class GymStaffChange(models.TransientModel):
    """Changes the role and the branches of somebody who works at the gym."""

    _name = "gym.staff.change"
    _description = "Change Somebody of the Staff"
    _inherit = ["gym.staff.role"]

    name = fields.Char(related="user_id.name")
    email = fields.Char(related="user_id.login", string="E-mail")
    user_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="cascade")

    def action_change(self):
        """Keep the role and the branches.

        :raise AccessError: for who is not the owner whose staff it is
        """
        self.ensure_one()
        self.user_id._set_gym_role(self.role, self._get_branches())
        return {"type": "ir.actions.act_window_close"}
