from odoo import fields, models

from odoo.addons.gym_members.domain.search import normalise


class GymMemberImportPlan(models.Model):
    """A plan as the old system names it, and the plan here that it becomes."""

    _name = "gym.member.import.plan"
    _description = "Plan of a Member Import"
    _inherit = ["gym.relation.guard"]
    _order = "row_count desc, id"

    import_id = fields.Many2one("gym.member.import", required=True, index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one(related="import_id.company_id", store=True, index=True)
    name = fields.Char(string="Plan in the File", required=True, readonly=True)
    row_count = fields.Integer(string="Rows", readonly=True)
    plan_id = fields.Many2one(
        "gym.plan",
        string="Becomes",
        index="btree_not_null",
        ondelete="cascade",
        domain="[('company_id', '=', company_id)]",
        help="Empty: the members come in without a subscription.",
    )

    _once = models.UniqueIndex("(import_id, name)", "This plan is already in the list.")

    def write(self, vals):
        self.import_id._check_can_change()
        if not self.env.su and vals.get("plan_id"):
            self.env["gym.plan"].browse(vals["plan_id"]).check_access("read")
        result = super().write(vals)
        self.import_id._back_to_mapping()
        return result


class GymMemberImport(models.Model):
    _inherit = "gym.member.import"

    import_plan_ids = fields.One2many("gym.member.import.plan", "import_id", string="Plans")

    def action_read(self):
        """Read the file, propose what its columns are, and which plan here each of its plans is."""
        result = super().action_read()
        self._sync_plans()
        return result

    def action_check(self):
        """Begin the dry run; a column that was made the plan's since the file was read has its plans proposed first."""
        self.check_access("write")
        if self.state in ("mapping", "checked") and self._sync_plans():
            self._back_to_mapping()
        return super().action_check()

    def _sync_plans(self):
        """List the plans that the file names; those listed already keep what was chosen.

        :return: the ones listed now
        """
        column = self.column_ids.filtered(lambda one: one.field_code == "plan")[:1]
        known = self.import_plan_ids.sudo()
        if not column:
            known.unlink()
            return known.browse()
        counts = {}
        for text in self._read_table().column(column.header):
            if name := " ".join(text.split()):
                counts[name] = counts.get(name, 0) + 1
        known.filtered(lambda one: one.name not in counts).unlink()
        plans = self.env["gym.plan"].search([("company_id", "=", self.company_id.id)])
        by_name = {normalise(plan.name): plan.id for plan in plans}
        names = counts.keys() - set(known.exists().mapped("name"))
        return known.create(
            [
                {
                    "import_id": self.id,
                    "name": name,
                    "row_count": counts[name],
                    "plan_id": by_name.get(normalise(name)),
                }
                for name in counts
                if name in names
            ]
        )

    def _get_plans_by_name(self):
        """Return the plans chosen for those of the file, by their normalised names."""
        rows = self.sudo().import_plan_ids.filtered("plan_id")
        return {normalise(row.name): row.plan_id for row in rows}
