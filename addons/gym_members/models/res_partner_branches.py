from odoo import fields, models
from odoo.fields import Command


class ResPartner(models.Model):
    """Contacts of a branch who are no members yet: they began to join there, or pay for a member."""

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
