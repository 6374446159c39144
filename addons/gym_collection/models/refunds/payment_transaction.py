from odoo import fields, models

from ..chargebacks.gym_chargeback import BARRING_STATES


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    gym_refund_ids = fields.One2many("gym.refund", "transaction_id", string="Refunds of Dues", readonly=True)

    def _get_refundable_part(self, amount):
        """Return how much of ``amount`` the provider can give back of this payment."""
        self.ensure_one()
        method = self.payment_method_id.primary_payment_method_id or self.payment_method_id
        kinds = {self.provider_id.support_refund, method.support_refund}
        is_barred = any(chargeback.state in BARRING_STATES for chargeback in self.gym_chargeback_ids)
        is_payment = self.state == "done" and self.operation != "refund"
        if is_barred or not is_payment or self.provider_id.state == "disabled" or "none" in kinds:
            return 0.0
        children = self.child_transaction_ids.filtered(
            lambda child: child.operation == "refund" and child.state not in ("cancel", "error")
        )
        planned = self.env["gym.refund"].search([("source_transaction_id", "=", self.id), ("state", "=", "planned")])
        left = self.amount + sum(children.mapped("amount")) - sum(planned.mapped("amount"))
        part = self.currency_id.round(min(left, amount))
        return part if part > 0 and (part == self.amount or "full_only" not in kinds) else 0.0
