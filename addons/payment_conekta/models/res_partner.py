from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_conekta_references(self):
        """Make the permanent references of this payer at the current company where they are missing, and show them."""
        self.ensure_one()
        references = self.env["conekta.reference"]
        references.check_access("create")
        self.check_access("write")
        found = references._ensure_all(self, self.env.company)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Permanent references of %(payer)s", payer=self.name),
            "res_model": "conekta.reference",
            "view_mode": "list,form",
            "domain": [("id", "in", found.ids)],
        }
