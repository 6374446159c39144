from odoo import api, models
from odoo.exceptions import AccessError, UserError


class GymMember(models.Model):
    """Members are numbered by their company's sequence; a manager may give back a number that it gave before."""

    _inherit = "gym.member"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("member_number"):
                location = (
                    self.env["gym.location"].sudo().browse(vals.get("location_id")) or self._default_location_id()
                )
                self._check_number(vals["member_number"], location.sudo().company_id)
        return super().create(vals_list)

    def write(self, vals):
        if "member_number" in vals:
            for company in self.sudo().company_id:
                self._check_number(vals["member_number"], company)
        return super().write(vals)

    @api.model
    def _check_number(self, number, company):
        """Check that the current user may give ``number`` to a member of ``company``; no two have the same anyway.

        :raise AccessError: when the user is no manager
        :raise UserError: when it is no number that the sequence has given
        """
        if self.env.su:
            return
        if not self.env.user.has_group("gym_members.group_gym_manager"):
            raise AccessError(self.env._("Members are numbered by themselves. Only a manager gives a number."))
        if not number or not company._has_given_gym_number(number):
            raise UserError(
                self.env._(
                    "%(company)s has not given the number “%(number)s” yet. Give one that somebody had before, or "
                    "leave it empty for the next one.",
                    company=company.name,
                    number=number or "",
                )
            )
