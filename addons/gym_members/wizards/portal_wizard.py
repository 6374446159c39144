from odoo import api, fields, models
from odoo.exceptions import UserError

WITHOUT_MAIL = "gym_invited_otherwise"  # in the context: another mail brings the link of the invitation


class PortalWizard(models.TransientModel):
    """Invites all members of the list at once, each in a job of its own."""

    _inherit = "portal.wizard"

    gym_invitation_count = fields.Integer(compute="_compute_gym_invitation_count")

    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        wizards._check_partners()
        return wizards

    def write(self, vals):
        result = super().write(vals)
        self._check_partners()
        return result

    def _check_partners(self):
        self.sudo().partner_ids._origin.sudo(False).check_access("read")

    @api.depends("partner_ids")
    def _compute_user_ids(self):
        """Core fills the rows with e-mail addresses in sudo, whatever ids it was given."""
        self._check_partners()
        return super()._compute_user_ids()

    @api.depends("user_ids.email")
    def _compute_gym_invitation_count(self):
        for wizard in self:
            wizard.gym_invitation_count = len(wizard._get_gym_invitable_members())

    def _get_gym_invitable_members(self):
        """Return the members among the contacts who can get an invitation now."""
        rows = self.user_ids.filtered(lambda row: row.email_state == "ok" and not row.is_portal and not row.is_internal)
        return self.env["gym.member"].search([("partner_id", "in", rows.partner_id.ids)])

    def action_gym_invite_all(self):
        """Invite everybody who can be, in the background."""
        self.check_access("write")
        self.user_ids._update_gym_emails()
        members = self._get_gym_invitable_members()
        members.check_access("write")
        for member in members:
            member.with_delay(description=self.env._("Invite a member to the portal"))._invite_to_portal()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%(count)s invitations are on their way.", count=len(members)),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }


class PortalWizardUser(models.TransientModel):
    _inherit = "portal.wizard.user"

    def _send_email(self):
        """Override: an invitation opens the account, so it goes to no address that its owner has not confirmed."""
        user_sudo = self.user_id.sudo()
        if user_sudo.gym_is_address_new:
            raise UserError(
                self.env._(
                    "%(person)s has an account and has not confirmed its new address yet. They open the link that was "
                    "mailed to it, or a manager confirms it on the member.",
                    person=user_sudo.name,
                )
            )
        user_sudo.partner_id.signup_prepare()
        if not self.env.context.get(WITHOUT_MAIL):
            self.env.ref("gym_members.mail_template_portal_invite").sudo().send_mail(user_sudo.id)
        return True

    def _update_gym_emails(self):
        """Keep the addresses that were corrected in the list."""
        for row in self:
            row._update_partner_email()
