import logging

from odoo import fields, models
from odoo.exceptions import ValidationError

from ..chargebacks.gym_chargeback import BARRING_STATES
from .gym_refund import OPEN_STATES

_logger = logging.getLogger(__name__)


class AccountMove(models.Model):
    _inherit = "account.move"

    def _give_money_back(self):
        """Override of `gym_subscriptions`: to the cards that it came from, the rest at the desk."""
        self._plan_refunds()
        return super()._give_money_back()

    def _plan_refunds(self):
        """Plan how what these credit notes still owe the payer goes back: to the cards, the rest at the desk.

        What is on its way already is not planned again.

        :return: the ``gym.refund`` planned now
        """
        refunds = self.env["gym.refund"].sudo()
        for move in self.sudo().filtered(lambda move: move.move_type == "out_refund" and move.state == "posted"):
            move.lock_for_update()
            under_way = move.gym_refund_ids.filtered(lambda refund: refund.state in OPEN_STATES)
            left = move.currency_id.round(move.amount_residual - sum(under_way.mapped("amount")))
            vals_list = []
            for transaction in move.reversed_entry_id.transaction_ids.sorted("id", reverse=True):
                part = transaction._get_refundable_part(left)
                if part:
                    left = move.currency_id.round(left - part)
                    vals_list.append(
                        {"how": "card", "state": "planned", "amount": part, "source_transaction_id": transaction.id}
                    )
            if left > 0:
                vals_list.append({"how": "desk", "state": "to_pay", "amount": left})
            refunds |= refunds.create([vals | {"move_id": move.id} for vals in vals_list])
        refunds._enqueue()
        return refunds

    def _receive_payments_under_way(self):
        """Override of `gym_subscriptions`: what providers confirmed and no cron has posted yet."""
        received = self.sudo().transaction_ids.filtered(
            lambda transaction: transaction.state == "done" and not transaction.is_post_processed
        )
        received._post_process()
        return super()._receive_payments_under_way()


class GymRefund(models.Model):
    """From the plan to the money that is back: written down, sent, answered."""

    _inherit = "gym.refund"

    def _enqueue(self):
        for refund in self.filtered(lambda refund: refund.state == "planned"):
            refund.with_delay(
                channel="root.charging",
                description=self.env._("Refund %(name)s", name=refund.display_name),
                identity_key=f"gym_refund_{refund.id}",
            )._job_refund()

    def _job_refund(self):
        """Send one refund to its provider, once; the request is committed before it is sent, as with charges."""
        self.ensure_one()
        if not self._lock("planned"):
            return
        self._send_once()

    def _write_down(self):
        source = self.source_transaction_id.sudo()
        self.write(
            {
                "state": "sent",
                "transaction_id": source._create_child_transaction(
                    self.amount, is_refund=True, invoice_ids=[(6, 0, self._get_credit_note().ids)]
                ).id,
            }
        )

    def _get_credit_note(self):
        """Return the credit note that is paid out; none where a payment is given back itself."""
        return self.move_id.filtered(lambda move: move.is_invoice())

    def _send(self):
        transaction = self.transaction_id
        transaction._ensure_provider_is_not_disabled()
        transaction._log_sent_message()
        try:
            transaction._send_refund_request()
        except ValidationError as error:
            transaction._set_error(str(error))
        if transaction.state == "done" and not transaction.is_post_processed:
            transaction._post_process()

    # === ANSWERS === #

    def _follow_transaction(self):
        """Take over what the provider said; called whenever the transaction changes its state."""
        for refund in self.filtered(lambda refund: refund.state in ("sent", "in_doubt", "failed")):
            state = refund.transaction_id.state
            if refund.transaction_id.is_in_doubt and state not in ("done", "cancel"):
                refund.state = "in_doubt"
            elif state == "done":
                refund.write({"state": "done", "date_done": refund.location_id._today()})
                refund._emit("refund.done")
            elif state in ("error", "cancel") and refund.state != "failed":
                refund.state = "failed"
                refund._emit("refund.failed")


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
