from odoo import api, fields, models
from odoo.fields import Domain


class GymMember(models.Model):
    """Members found by saved segments, in every list, search and export."""

    _inherit = "gym.member"

    segment_ids = fields.Many2many(
        "gym.segment",
        string="Segments",
        compute="_compute_segment_ids",
        search="_search_segment_ids",
        groups="gym_members.group_gym_frontdesk,gym_members.group_gym_accountant",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_segment_ids(self):
        self.segment_ids = False
        for segment in self.env["gym.segment"].search([]):
            self.filtered_domain(segment._get_member_domain()).segment_ids |= segment

    @api.model
    def _search_segment_ids(self, operator, value):
        """Return the domain of the members of any of these segments; of those that the user may see."""
        if operator in ("any", "any!"):
            wanted = value
        elif operator == "in":
            wanted = [("id", "in", list(value))]
        elif operator in ("ilike", "like", "=ilike"):
            wanted = [("name", operator, value)]
        else:
            return NotImplemented
        found = self.env["gym.segment"].search(wanted)
        return Domain.OR(segment._get_member_domain() for segment in found)
