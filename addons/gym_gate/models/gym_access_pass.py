from odoo import api, models


class GymAccessPass(models.Model):
    _inherit = "gym.access.pass"

    @api.model_create_multi
    def create(self, vals_list):
        passes = super().create(vals_list)
        passes._tell_gates()
        return passes

    def write(self, vals):
        """Override: gates hear of passes without a member; facts of the member tell of the others."""
        result = super().write(vals)
        self._tell_gates()
        return result

    def _tell_gates(self):
        self.env["gym.gate.due"]._add(passes=self.filtered(lambda one: not one.member_id))
