from datetime import date

from odoo import fields, models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    gym_chargeback_ids = fields.One2many("gym.chargeback", "transaction_id", string="Chargebacks", readonly=True)

    def _get_gym_invoices(self):
        """Return, in sudo, the invoices of dues that this payment is for, the oldest first."""
        invoices = self.sudo().invoice_ids.filtered(
            lambda move: move.move_type == "out_invoice" and move.gym_location_id
        )
        return invoices.sorted(lambda move: (move.invoice_date or date.max, move.id))

    def _notify_dispute(self, reference, state, amount=None, reason_code=None, deadline=None):
        """Override of `payment_card_facts`: suspend, keep the books of it, and give back what is won."""
        transaction = self.sudo()
        if transaction.state == "done" and not transaction.is_post_processed:
            transaction._post_process()  # an online join has no invoice before
        location = transaction._get_gym_invoices().gym_location_id[:1]
        if not location:
            super()._notify_dispute(reference, state, amount=amount, reason_code=reason_code, deadline=deadline)
            return
        facts = {"reason_code": reason_code, "date_deadline": deadline and location._to_local(deadline).date()}
        transaction.lock_for_update()
        chargebacks = self.env["gym.chargeback"].sudo()
        chargebacks._take_number(transaction, reference)
        chargeback = chargebacks._record(transaction, amount, is_told=True, reference=reference, **facts)
        chargeback._follow(state, facts["date_deadline"])
