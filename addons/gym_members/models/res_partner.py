from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    # looked up whenever a member is typed in, to warn of duplicates
    email_normalized = fields.Char(index="btree_not_null")
    phone_sanitized = fields.Char(index="btree_not_null")
    # what the staff writes about people is for the staff: Odoo lets who has an account read it of themselves
    comment = fields.Html(groups="base.group_user")
    category_id = fields.Many2many(groups="base.group_user")
    gym_member_ids = fields.One2many(
        "gym.member", "partner_id", string="Gym Membership", context={"active_test": False}, groups="base.group_user"
    )
    gym_location_id = fields.Many2one(
        "gym.location",
        string="Member of Branch",
        compute="_compute_gym_location_id",
        store=True,
        index="btree_not_null",
        help="Set when this contact is a gym member; it decides who of the staff sees the contact.",
    )
    gym_dependant_ids = fields.One2many(
        "gym.member", "payer_id", string="Pays For", groups="gym_members.group_gym_staff"
    )

    @api.depends("gym_member_ids.location_id")
    def _compute_gym_location_id(self):
        for partner in self:
            partner.gym_location_id = partner.sudo().gym_member_ids[:1].location_id

    def action_open_gym_member(self):
        """Open the member behind this contact."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("gym_members.gym_member_action")
        return action | {"views": [(False, "form")], "res_id": self.gym_member_ids[:1].id}
