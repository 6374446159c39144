from odoo import fields, models


class GymReferralTier(models.Model):
    _name = "gym.referral.tier"
    _description = "Tier of a Referral Program"
    _inherit = ["gym.relation.guard"]
    _order = "threshold, id"

    program_id = fields.Many2one("gym.referral.program", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="program_id.company_id", store=True, index=True)
    name = fields.Char(required=True, translate=True)
    threshold = fields.Integer(string="Friends", required=True, help="Who qualified in the last twelve months.")
    factor = fields.Float(string="Times", default=1.0, digits=(4, 2), help="By which credits are multiplied.")

    _once = models.UniqueIndex("(program_id, threshold)", "Another tier begins with as many friends.")
    _raises = models.Constraint("CHECK (threshold >= 1 AND factor >= 1)", "A tier raises rewards from one friend on.")

    def _to_values(self):
        return {"name": self.name, "threshold": self.threshold, "factor": self.factor}
