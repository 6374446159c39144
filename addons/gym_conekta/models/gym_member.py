from odoo import models

_FIELDS = ("kind", "reference", "provider_id", "active")


class GymMember(models.Model):
    _inherit = "gym.member"

    def _get_personal_data(self):
        """Override of `gym_members`: with what a person pays."""
        return super()._get_personal_data() | {
            "payment_references": [self._export_row(reference, _FIELDS) for reference in self._get_own_references()]
        }

    def _anonymise_personal_data(self):
        """Override of `gym_members`: nobody is offered these numbers any more; what comes by them is booked still."""
        self._get_own_references().write({"active": False})
        return super()._anonymise_personal_data()

    def _get_own_references(self):
        """Return, in sudo, the permanent references of these members, those of merged records too."""
        people = self.with_context(active_test=False).browse(self._get_merged_ids())
        references = self.env["conekta.reference"].sudo().with_context(active_test=False)
        return references.search([("partner_id", "in", people.partner_id.ids)], order="id")
