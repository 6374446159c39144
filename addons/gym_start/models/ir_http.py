from odoo import models

from .gym_start import OWNER


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Override: owners begin on the start page as long as it has something to do, unless they chose a page."""
        info = super().session_info()
        user = self.env.user
        if not user.action_id and user.has_group(OWNER) and self.env["gym.start"]._is_open():
            info["home_action_id"] = self.env.ref("gym_start.gym_start_action").id
        return info
