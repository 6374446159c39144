from odoo import fields, models

from .gym_start import OWNER


class GymJoinDesk(models.TransientModel):
    _inherit = "gym.join.desk"

    is_company_unready = fields.Boolean(compute="_compute_is_company_unready")

    def _compute_is_company_unready(self):
        """Tell the owner, who can change it, that the company lacks what dues are billed with."""
        is_owner = self.env.user.has_group(OWNER)
        for desk in self:
            company = desk.company_id or self.env.company
            desk.is_company_unready = is_owner and not company._is_gym_ready()
