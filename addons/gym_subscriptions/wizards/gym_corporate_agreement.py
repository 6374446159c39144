from odoo import models


class GymCorporateAgreement(models.Model):
    _inherit = "gym.corporate.agreement"

    def action_usage(self):
        """Show what the people of this agreement used and cost this month."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("gym_subscriptions.gym_corporate_usage_action")
        usage = self.env["gym.corporate.usage"].create({"agreement_id": self.id})
        return action | {"res_id": usage.id}
