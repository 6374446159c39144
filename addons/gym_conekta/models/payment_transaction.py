from odoo import models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _create_payment(self, **extra_create_values):
        """Override of `account_payment`: what comes by a permanent reference pays dues, and the rest is kept.

        The oldest dues first; whoever has paid up may enter as soon as this transaction ends.
        """
        self.ensure_one()
        is_from_payer = self.conekta_reference_id and self.operation != "refund"
        is_in_currency = self.currency_id == self.company_id.currency_id
        if not is_from_payer or not is_in_currency or not self._is_for_dues():
            return super()._create_payment(**extra_create_values)
        payment = self._receive_for_dues()
        payment.payment_transaction_id = self
        self.payment_id = payment
        return payment

    def _receive_for_dues(self):
        provider, moves = self.provider_id, self.partner_id._get_gym_open_dues(self.company_id)
        place = moves.gym_location_id[:1] or self.company_id
        lines = provider.journal_id.inbound_payment_method_line_ids
        return provider.journal_id._receive_gym_payment(
            self.partner_id,
            self.amount,
            place._to_local(self.last_state_change).date(),
            moves,
            f"{self.conekta_reference_id.reference} {self.reference}",
            lines.filtered(lambda line: line.payment_provider_id == provider)[:1],
        )
