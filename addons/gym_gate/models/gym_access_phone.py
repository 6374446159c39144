from odoo import api, models


class GymAccessPhone(models.Model):
    _inherit = "gym.access.phone"

    @api.model_create_multi
    def create(self, vals_list):
        phones = super().create(vals_list)
        phones._tell_gates()
        return phones

    def write(self, vals):
        """Override: gates hear of a phone that was revoked and of a code that was taken elsewhere."""
        result = super().write(vals)
        self._tell_gates()
        return result

    def _keep_anchors(self, anchors):
        """Override of `gym_access`: gates hear of the days ahead."""
        before = self.anchor_ids
        result = super()._keep_anchors(anchors)
        self.invalidate_recordset(["anchor_ids"])
        if self.anchor_ids - before:
            self._tell_gates()
        return result

    def _tell_gates(self):
        self.env["gym.gate.due"]._add(members=self.sudo().member_id)
