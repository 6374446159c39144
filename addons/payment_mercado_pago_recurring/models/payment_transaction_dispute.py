from datetime import UTC, datetime

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

CHARGED_BACK = "charged_back"
# Mercado Pago's status_detail of a payment charged back -> state of the dispute; without a decision it is open
_DECISIONS = {"reimbursed": "won", "settled": "lost"}
_SENT = "review_pending"  # documentation_status: the evidence is there and is being judged


class PaymentTransaction(models.Model):
    """Follows chargebacks: a payment that was approved is ``charged_back`` until the bank has decided, and after."""

    _inherit = "payment.transaction"

    @api.model
    def _mercado_pago_find_paid(self, payment_id):
        """Return the transaction whose payment has that id at Mercado Pago; empty when it is none of ours."""
        if not payment_id:
            return self.browse()
        return self.search(
            Domain("provider_code", "=", "mercado_pago")
            & Domain("provider_reference", "=", str(payment_id))
            & Domain("operation", "!=", "refund"),
            limit=1,
        )

    def _process(self, provider_code, payment_data):
        """Override of `payment`: what is charged back was paid before, and somebody has to know of the dispute.

        The original takes the status for an error, which a confirmed payment ignores.

        :raise ValidationError: when Mercado Pago cannot say more about the chargeback now; nothing was changed
        """
        is_ours = provider_code == "mercado_pago" and self and self._mercado_pago_is_own(payment_data)
        if not is_ours or payment_data.get("status") != CHARGED_BACK:
            return super()._process(provider_code, payment_data)
        chargeback = self._mercado_pago_get_chargeback(payment_data["id"])
        super()._process(provider_code, payment_data | {"status": "approved"})
        if self.state == "done":
            self._mercado_pago_follow_chargeback(payment_data, chargeback)
        return self

    def _mercado_pago_get_chargeback(self, payment_id):
        """Return the latest chargeback of a payment.

        :raise ValidationError: when Mercado Pago does not answer or does not list it yet; it notifies again
        """
        results = self._send_api_request("GET", "/v1/chargebacks/search", params={"payment_id": payment_id})["results"]
        if not results:
            raise ValidationError(
                self.env._("Mercado Pago does not list the chargeback of payment %(payment)s yet.", payment=payment_id)
            )
        return max(results, key=lambda chargeback: chargeback.get("date_created") or "")

    def _mercado_pago_follow_chargeback(self, payment, chargeback):
        """Report how ``chargeback`` of ``payment`` stands to the person who keeps the books of it."""
        is_sent = chargeback.get("documentation_status") == _SENT
        amount = float(chargeback.get("amount") or 0)
        self._notify_dispute(
            str(chargeback["id"]),
            _DECISIONS.get(payment.get("status_detail"), "contested" if is_sent else "open"),
            amount=min(amount, self.amount) or None,
            reason_code=chargeback.get("reason"),
            deadline=_to_utc(chargeback.get("date_documentation_deadline")),
        )


def _to_utc(text):
    """Return an instant of ISO 8601 as naive UTC, nothing as ``None``."""
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None) if text else None
