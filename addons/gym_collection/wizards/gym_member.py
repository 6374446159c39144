from odoo import models


class GymMember(models.Model):
    _inherit = "gym.member"

    def action_take_payment(self):
        """Show everything that is owed for this member, and take it."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("gym_collection.gym_payment_desk_action")
        return action | {"context": {"default_member_id": self.id}}
