from odoo import models
from odoo.exceptions import UserError

from odoo.addons.gym_members.domain import iva


class GymLocation(models.Model):
    _inherit = "gym.location"

    def _get_gym_taxes(self, day, plan=None):
        """Return the taxes, included in the price, of what this branch bills for ``day``.

        :param plan: ``gym.plan`` whose own taxes win over the branch's IVA
        :raise UserError: when the company has no such tax
        """
        self.ensure_one()
        if plan and plan.tax_ids:
            return plan.tax_ids
        company = self.company_id.sudo()
        is_general = self._get_iva_zone(day) == iva.GENERAL
        tax = company.gym_tax_general_id if is_general else company.gym_tax_border_id
        if not tax:
            raise UserError(
                self.env._(
                    "%(company)s has no IVA included in prices to bill the dues of %(branch)s. Choose it in Gym > "
                    "Configuration > Settings.",
                    company=company.name,
                    branch=self.name,
                )
            )
        return tax
