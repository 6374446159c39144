from odoo import api, fields, models

from ..domain.member_number import is_given


class ResCompany(models.Model):
    _inherit = "res.company"

    gym_location_ids = fields.One2many("gym.location", "company_id", string="Gym Branches")

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._create_gym_sequences()
        return companies

    def _create_gym_sequences(self):
        """Create the numbering of members and of privacy requests of each company that has none."""
        for company in self:
            company._ensure_gym_member_sequence()
            company._ensure_gym_privacy_sequence()

    def _ensure_gym_member_sequence(self):
        """Return the sequence that numbers this company's members, made when it is missing."""
        self.ensure_one()
        return self._ensure_gym_sequence("gym.member", self.env._("Gym members of %(company)s", company=self.name))

    def _has_given_gym_number(self, number):
        """Tell whether this company's sequence of members has given ``number``."""
        sequence = self._find_gym_sequence("gym.member")
        if not sequence:
            return False
        prefix, suffix = sequence._get_prefix_suffix()
        return is_given(number, prefix, suffix, sequence.padding, sequence.number_next_actual)

    def _ensure_gym_privacy_sequence(self):
        """Return the sequence that gives this company's privacy requests their folio, made when it is missing."""
        self.ensure_one()
        name = self.env._("Privacy requests of %(company)s", company=self.name)
        return self._ensure_gym_sequence("gym.privacy.request", name, prefix="ARCO/%(year)s/", padding=5)

    def _ensure_gym_sequence(self, code, name, **values):
        """Return this company's own sequence for ``code``, made when it is missing."""
        return self._find_gym_sequence(code) or self.env["ir.sequence"].sudo().create(
            {"name": name, "code": code, "company_id": self.id, "padding": 6} | values
        )

    def _find_gym_sequence(self, code):
        """Return, in sudo, this company's own sequence for ``code``, if it has one."""
        self.ensure_one()
        domain = [("code", "=", code), ("company_id", "=", self.id)]
        return self.env["ir.sequence"].sudo().search(domain, limit=1)
