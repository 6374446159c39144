from odoo import fields, models

from odoo.addons.gym_members.domain.search import normalise


class GymMemberImportPlan(models.Model):
    """A plan as the old system names it, and the plan here that it becomes."""

    _name = "gym.member.import.plan"
    _description = "Plan of a Member Import"
    _inherit = ["gym.member.import.word"]
    _field_code = "plan"

    name = fields.Char(string="Plan in the File")
    plan_id = fields.Many2one(
        "gym.plan",
        string="Becomes",
        index="btree_not_null",
        ondelete="cascade",
        domain="[('company_id', '=', company_id)]",
        help="Empty: the members come in without a subscription.",
    )

    def write(self, vals):
        if not self.env.su and vals.get("plan_id"):
            self.env["gym.plan"].browse(vals["plan_id"]).check_access("read")
        return super().write(vals)

    def _propose(self, job, names):
        plans = job.env["gym.plan"].search([("company_id", "=", job.company_id.id)])
        by_name = {normalise(plan.name): plan.id for plan in plans}
        return {name: {"plan_id": by_name.get(normalise(name))} for name in names}
