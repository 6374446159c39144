from odoo import models


class GymCharge(models.Model):
    _inherit = "gym.charge"

    def action_record_chargeback(self):
        """Open the dialog that records a chargeback of this charge."""
        self.ensure_one()
        self.env["gym.chargeback"]._check_may_keep()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("gym_collection.gym_chargeback_record_action")
        return action | {"context": {"default_charge_id": self.id, "default_amount": self.amount}}
