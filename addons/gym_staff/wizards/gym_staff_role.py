from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import ROLES, SEE_ALL


class GymStaffRole(models.AbstractModel):
    """A role at the gym and the branches it is limited to, as a dialog asks for them."""

    _name = "gym.staff.role"
    _description = "Role at the Gym"
    _inherit = ["gym.relation.guard"]

    role = fields.Selection(
        selection=lambda self: self.env["res.users"]._get_gym_roles(), required=True, default="frontdesk"
    )
    role_help = fields.Text(string="May", compute="_compute_role_help")
    location_ids = fields.Many2many(
        "gym.location",
        string="Branches",
        domain="[('kind', '=', 'branch')]",
        default=lambda self: self._get_only_branch(),
    )
    is_every_branch = fields.Boolean(compute="_compute_role_help")

    @api.model
    def _get_only_branch(self):
        """Return the branch of a gym that has one; with several, somebody chooses."""
        branches = self.env["gym.location"].search([("kind", "=", "branch"), ("company_id", "=", self.env.company.id)])
        return branches if len(branches) == 1 else branches.browse()

    @api.depends("role")
    def _compute_role_help(self):
        for invite in self:
            group = invite.role and invite.env["res.users"]._get_gym_group(invite.role)
            invite.role_help = group and group.comment
            invite.is_every_branch = invite.role in SEE_ALL

    def _get_branches(self):
        """Return the branches that the role is limited to.

        :raise UserError: when it needs one and has none, or one of another company
        """
        if self.role not in ROLES:
            raise UserError(self.env._("Choose a role."))
        if self.role in SEE_ALL:
            return self.location_ids.browse()
        if not self.location_ids:
            raise UserError(self.env._("Choose the branches where this person works."))
        if self.location_ids.company_id != self.env.company:
            raise UserError(self.env._("Choose branches of %(company)s only.", company=self.env.company.name))
        return self.location_ids
