from odoo import models

from odoo.addons.gym_subscriptions.models.money import add_up

from ...domain import dunning


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_open_cases(self):
        """Return, in sudo, the open dunning cases of the payers of these invoices, by payer and branch."""
        cases = self.env["gym.dunning.case"].sudo()
        found = cases.search([("partner_id", "in", self.partner_id.ids), ("state", "=", "open")])
        return {(case.partner_id, case.location_id): case for case in found}

    def _get_debt_objection(self, day, policy, case):
        """Return what these overdue invoices say about entering on ``day``.

        :param case: ``gym.dunning.case`` or ``None``
        """
        return dunning.objection(
            min(self.mapped("invoice_date_due")),
            day,
            policy.grace_days,
            add_up(self.mapped("amount_residual")),
            promised=(case and case.promised_on) or None,
        )
