from odoo import api, models


class GymMember(models.Model):
    """Members whom the till names on a line of dues; it loads each when they stand at the desk, nobody ahead."""

    _name = "gym.member"
    _inherit = ["gym.member", "pos.load.mixin"]

    @api.model
    def _load_pos_data_domain(self, data, config):
        return False

    @api.model
    def _load_pos_data_fields(self, config):
        return ["id", "name", "member_number"]
