from odoo import api, models


class GymMember(models.Model):
    """Guardians and payers are known to the branches of their members."""

    _inherit = "gym.member"

    @api.model_create_multi
    def create(self, vals_list):
        members = super().create(vals_list)
        members._share_relatives()
        return members

    def write(self, vals):
        done = super().write(vals)
        if not {"guardian_id", "payer_id", "location_id"}.isdisjoint(vals):
            self._share_relatives()
        return done

    def _share_relatives(self):
        """Make guardians and payers of these members contacts of the members' branches."""
        for member in self.sudo():
            (member.guardian_id | member.payer_id)._make_known_to(member.location_id)
