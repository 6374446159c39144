from odoo import models


class GymMember(models.Model):
    _inherit = "gym.member"

    def action_sign_up(self):
        """Sign this member up for a plan."""
        self.ensure_one()
        self.check_access("write")
        action = self.env["ir.actions.act_window"]._for_xml_id("gym_join.gym_join_desk_action")
        values = {"default_member_id": self.id, "default_location_id": self.location_id.id, "default_step": "plan"}
        return action | {"context": values}
