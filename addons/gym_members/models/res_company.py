from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    gym_location_ids = fields.One2many("gym.location", "company_id", string="Gym Branches")

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._create_gym_sequences()
        return companies

    def _create_gym_sequences(self):
        """Create the numbering of members of each company that has none."""
        for company in self:
            company._get_gym_member_sequence()

    def _get_gym_member_sequence(self):
        """Return the sequence that numbers this company's members."""
        self.ensure_one()
        sequences = self.env["ir.sequence"].sudo()
        return sequences.search(
            [("code", "=", "gym.member"), ("company_id", "=", self.id)], limit=1
        ) or sequences.create(
            {
                "name": self.env._("Gym members of %(company)s", company=self.name),
                "code": "gym.member",
                "company_id": self.id,
                "padding": 6,
            }
        )
