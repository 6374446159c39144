from odoo import api, models


class ResUsers(models.Model):
    """Nobody works without a time zone."""

    _inherit = "res.users"

    @api.model_create_multi
    def create(self, vals_list):
        """Give the new users the zone of their company when neither they nor their contact have one."""
        users = super().create(vals_list)
        users.filtered(lambda user: not user.tz)._fill_time_zone()
        return users

    def _fill_time_zone(self):
        for company, users in self.grouped("company_id").items():
            users.sudo().partner_id.tz = company._get_time_zone()
