from odoo import api, fields, models
from odoo.fields import Command, Domain


class ResPartner(models.Model):
    """Who is no member yet is a branch's all the same: who began to join there, or pays for a member."""

    _inherit = "res.partner"

    gym_branch_ids = fields.Many2many(
        "gym.location",
        "gym_location_res_partner_rel",
        "partner_id",
        "location_id",
        string="Known to Branches",
        copy=False,
        groups="base.group_system",
        help="Branches whose staff see this contact although it is no member: where the person began to join, or "
        "is guardian or payer of a member. Empty: a contact of everybody.",
    )

    def _make_known_to(self, locations):
        """Let the staff of ``locations`` alone see those of these persons who are no members.

        Branches add up. Staff and companies stay as they are, everybody works with them; but not a company that
        somebody from outside typed.
        """
        people = self.sudo().filtered(
            lambda person: person.partner_share and (not person.is_company or person.create_uid.share)
        )
        for person in people.filtered(lambda person: not person.gym_member_ids):
            if missing := locations - person.gym_branch_ids:
                person.write({"gym_branch_ids": [Command.link(location.id) for location in missing]})


class GymMember(models.Model):
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


class ResUsers(models.Model):
    _inherit = "res.users"

    def _get_gym_partner_domain(self, company_ids):
        """Add that other branches' strangers, and the contacts of companies that are not the user's, stay unseen."""
        domain = Domain(super()._get_gym_partner_domain(company_ids))
        own = Domain("id", "=", self.partner_id.id)
        known = Domain("gym_branch_ids", "=", False) | Domain("gym_location_id", "!=", False)
        known |= Domain("gym_branch_ids", "in", self._get_visible_gym_location_ids(company_ids))
        if self.has_group("base.group_erp_manager"):
            return list(domain & (own | known))  # makes companies, and is in none before it is made
        companies = self.env["res.company"].sudo().with_context(active_test=False).search([])
        theirs = companies - self.sudo().company_ids - self.sudo().company_ids.parent_ids
        return list(domain & (own | known) & Domain("id", "not in", theirs.partner_id.ids))
