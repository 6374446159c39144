from odoo import models
from odoo.exceptions import ValidationError


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
