from odoo import api, fields, models

from ..domain import codes


class GymReferralCode(models.Model):
    """A member's own code, with which friends say who brought them. It cannot be guessed and never changes."""

    _name = "gym.referral.code"
    _description = "Referral Code"
    _rec_name = "code"
    _order = "id desc"

    code = fields.Char(required=True, readonly=True, index=True, default=lambda self: codes.new_code())
    member_id = fields.Many2one("gym.member", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="member_id.company_id", store=True, index=True)
    location_id = fields.Many2one(related="member_id.location_id", store=True, index=True)
    active = fields.Boolean(default=True, readonly=True)

    _once = models.UniqueIndex("(code)", "This code is another member's.")
    _one_each = models.UniqueIndex("(member_id) WHERE active", "This member has a code.")

    @api.depends("code")
    def _compute_display_name(self):
        for code in self:
            code.display_name = codes.show_code(code.code)

    @api.model
    def _of(self, member):
        """Return, in sudo, the code of a member, made when first asked for."""
        own = self.sudo().search([("member_id", "=", member.id)], limit=1)
        return own or self.sudo().create({"member_id": member.id})

    @api.model
    def _find(self, text, company=None):
        """Return, in sudo, the code that was typed or clicked; empty for what is none, is gone or is another company's.

        :param company: in which it has to be; any by default
        """
        typed = codes.read_code(text)
        found = self.sudo().search([("code", "=", typed)]) if typed else self.sudo()
        return found.filtered(lambda code: not company or code.company_id == company)

    def _get_url(self):
        self.ensure_one()
        return f"{self.member_id.get_base_url()}/i/{self.code}"
