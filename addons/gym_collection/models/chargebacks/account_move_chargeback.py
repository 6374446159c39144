from odoo import models

from .gym_chargeback import BARRING_STATES, DISPUTED_STATES


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_disputes(self, states=DISPUTED_STATES):
        """Return, in sudo, the chargebacks of these invoices that are in one of ``states``."""
        return (
            self.env["gym.chargeback"]
            .sudo()
            .search([("transaction_id.invoice_ids", "in", self.ids), ("state", "in", states)])
        )

    def _get_gym_owing(self):
        """Return, in sudo, the subscriptions that owe what is open of these invoices.

        Whose part was charged to a card owes nothing, though an invoice of the family is open, until the bank takes
        that charge back.
        """
        owing = self.env["gym.subscription"].sudo()
        for move in self.sudo():
            owing |= move._get_gym_subscriptions() - move._get_gym_charged()
        return owing

    def _get_gym_charged(self):
        """Return, in sudo, the subscriptions whose part of these invoices a card paid and no bank took back."""
        paid = self.sudo().gym_charge_ids.filtered(
            lambda charge: charge.state == "done"
            and not charge.transaction_id.gym_chargeback_ids.filtered(lambda one: one.state in BARRING_STATES)
        )
        return paid.covered_ids
