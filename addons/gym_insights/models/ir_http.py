from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Override: owners and managers begin on the page of today, unless they have chosen another one."""
        info = super().session_info()
        if not info.get("home_action_id") and self.env.user.has_group("gym_members.group_gym_manager"):
            info["home_action_id"] = self.env.ref("gym_insights.gym_insights_action").id
        return info
