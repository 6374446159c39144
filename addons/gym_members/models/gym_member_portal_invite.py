from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import email_normalize


class GymMember(models.Model):
    """How a member gets into the portal: by an invitation that Odoo's own wizard sends."""

    _inherit = "gym.member"

    portal_state = fields.Selection(
        [
            ("no_email", "No E-mail"),
            ("not_invited", "Not Invited"),
            ("invited", "Invited"),
            ("active", "In Use"),
        ],
        string="Portal",
        compute="_compute_portal_state",
    )

    is_address_new = fields.Boolean(
        "Address to Be Confirmed",
        compute="_compute_is_address_new",
        help="The member has to confirm the new e-mail address before it opens their account.",
    )

    @api.depends("partner_id.user_ids.gym_is_address_new")
    def _compute_is_address_new(self):
        for member in self:
            member.is_address_new = any(member.partner_id.sudo().user_ids.mapped("gym_is_address_new"))

    @api.depends("email", "partner_id.user_ids")
    def _compute_portal_state(self):
        for member in self:
            user_sudo = member.partner_id.sudo().user_ids[:1]
            if user_sudo:
                member.portal_state = "active" if user_sudo.login_date else "invited"
            else:
                member.portal_state = "not_invited" if email_normalize(member.email) else "no_email"

    def action_confirm_address(self):
        """Let the new address open the account of a member who can neither sign in nor read the old mailbox.

        Managers alone, who have seen the person: anyone who has the address then sets a new password.
        """
        self.check_access("write")
        if not self.env.user.has_group("gym_members.group_gym_manager"):
            raise UserError(self.env._("Only a manager confirms the address of somebody's account."))
        self.partner_id.sudo().user_ids.filtered("share")._confirm_address()

    def action_invite_to_portal(self):
        """Open Odoo's wizard of portal access with these members."""
        self.check_access("write")
        if len(self) == 1 and self.portal_state == "no_email":
            raise UserError(
                self.env._("%(member)s has no valid e-mail address to send the invitation to.", member=self.name)
            )
        wizard = self.env["portal.wizard"].create({"partner_ids": [Command.set(self.partner_id.ids)]})
        return wizard._action_open_modal()

    def _invite_to_portal(self):
        """Send this member the invitation, unless they have it or cannot have it by now."""
        self.ensure_one()
        if self.portal_state == "not_invited":
            wizards = self.env["portal.wizard"].with_company(self.company_id)
            row = wizards.create({"partner_ids": [Command.set(self.partner_id.ids)]}).user_ids
            if row.email_state == "ok":
                row.action_grant_access()

    def _get_password_url(self):
        """Return the link by which this member chooses the first password; empty without an account to open."""
        self.ensure_one()
        invited = self.portal_state == "invited"
        return self.partner_id.sudo()._get_signup_url() if invited else ""
