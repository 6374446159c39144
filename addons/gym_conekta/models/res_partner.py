from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_gym_references(self, company=None):
        """Return, in sudo, the permanent references with which these payers can pay now, of one company or of all.

        Those of test mode are good for nothing once a provider is enabled, and the other way round.
        """
        domain = [("partner_id", "in", self.ids), ("provider_id.state", "!=", "disabled")]
        if company:
            domain.append(("company_id", "in", company.parent_ids.ids))
        references = self.env["conekta.reference"].sudo().search(domain)
        return references.filtered(lambda reference: reference.is_live == (reference.provider_id.state == "enabled"))
