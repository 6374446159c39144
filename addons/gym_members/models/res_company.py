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
        sequences = self.env["ir.sequence"].sudo()
        numbered = sequences.search([("code", "=", "gym.member"), ("company_id", "in", self.ids)]).company_id
        sequences.create(
            [
                {
                    "name": self.env._("Gym members of %(company)s", company=company.name),
                    "code": "gym.member",
                    "company_id": company.id,
                    "padding": 6,
                }
                for company in self - numbered
            ]
        )
