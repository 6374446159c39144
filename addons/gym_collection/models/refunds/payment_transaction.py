from odoo import fields, models

from odoo.addons.gym_subscriptions.domain.proration import ZERO
from odoo.addons.gym_subscriptions.models.money import add_up, to_decimal

from ..chargebacks.gym_chargeback import BARRING_STATES


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    gym_refund_ids = fields.One2many("gym.refund", "transaction_id", string="Refunds of Dues", readonly=True)

    def _get_refundable_part(self, amount):
        """Return how much of ``amount`` the provider can give back of this payment, both ``Decimal``."""
        self.ensure_one()
        method = self.payment_method_id.primary_payment_method_id or self.payment_method_id
        kinds = {self.provider_id.support_refund, method.support_refund}
        is_barred = any(chargeback.state in BARRING_STATES for chargeback in self.gym_chargeback_ids)
        is_payment = self.state == "done" and self.operation != "refund"
        if is_barred or not is_payment or self.provider_id.state == "disabled" or "none" in kinds:
            return ZERO
        children = self.child_transaction_ids.filtered(
            lambda child: child.operation == "refund" and child.state not in ("cancel", "error")
        )
        planned = self.env["gym.refund"].search([("source_transaction_id", "=", self.id), ("state", "=", "planned")])
        paid = to_decimal(self.amount)
        left = paid + add_up(children.mapped("amount")) - add_up(planned.mapped("amount"))
        part = min(left, amount)
        return part if part > 0 and (part == paid or "full_only" not in kinds) else ZERO
