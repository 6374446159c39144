from odoo import models

PARAMETER = "gym_members.second_factor"
REQUIRED, OPTIONAL = "required", "optional"
# Roles that see everybody's data or money
ROLES = ("gym_members.group_gym_owner", "gym_members.group_gym_accountant")


class ResUsers(models.Model):
    _inherit = "res.users"

    def _mfa_type(self):
        """Override: owners and accountants without an authenticator app get a code by mail at each new device."""
        kind = super()._mfa_type()
        if kind is None and self._must_have_second_factor():
            return "totp_mail"
        return kind

    def _must_have_second_factor(self):
        """Tell whether this user signs in with more than a password, whatever Odoo's own policy says."""
        user_sudo = self.sudo()
        if user_sudo.env["ir.config_parameter"].get_param(PARAMETER, REQUIRED) != REQUIRED:
            return False
        return any(user_sudo.has_group(role) for role in ROLES)
