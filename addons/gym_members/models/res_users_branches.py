from odoo import models
from odoo.fields import Domain


class ResUsers(models.Model):
    """Staff see those who are no members only where their branch knows them."""

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
