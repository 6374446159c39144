from odoo import models


class GymMember(models.Model):
    _inherit = "gym.member"

    def write(self, vals):
        """Override: the gates of a new home branch hear of these members."""
        result = super().write(vals)
        if "location_id" in vals:
            self.env["gym.gate.due"]._add(members=self)
        return result

    def _merge_into(self, winner, values):
        """Override of `gym_members`: gates hear of the winner, and know the others no more."""
        self.env["gym.gate.entry"].sudo().search([("member_id", "in", self.ids)]).unlink()
        result = super()._merge_into(winner, values)
        self.env["gym.gate.due"]._add(members=winner)
        return result

    def _anonymise_personal_data(self):
        """Override of `gym_members`: no gate keeps somebody whose data are removed."""
        self.env["gym.gate.entry"].sudo().search([("member_id", "in", self._get_merged_ids())]).unlink()
        return super()._anonymise_personal_data()
