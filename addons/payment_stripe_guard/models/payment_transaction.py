from datetime import UTC, datetime

from odoo import api, models
from odoo.fields import Domain

from odoo.addons.payment import utils as payment_utils
from odoo.addons.payment_stripe import const

# Stripe's status of a dispute whose money was taken -> ours. The others ("warning_...", "prevented") take nothing.
DISPUTE_STATES = {"needs_response": "open", "under_review": "contested", "won": "won", "lost": "lost"}
INQUIRY = "warning_needs_response"


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    # === DISPUTES === #

    @api.model
    def _stripe_find_disputed(self, dispute):
        """Return the payment that Stripe's ``dispute`` is about; empty when it is none of ours."""
        intent = dispute.get("payment_intent")
        if not intent:
            return self.browse()
        return self.search(
            Domain("provider_code", "=", "stripe")
            & Domain("provider_reference", "=", intent)
            & Domain("operation", "!=", "refund"),
            limit=1,
        )

    def _stripe_follow_dispute(self, dispute, is_new=False):
        """Report how ``dispute`` stands to the person who keeps the books of it.

        :param dict dispute: as Stripe answered; an inquiry, which takes no money, is noted once, when it ``is_new``
        """
        self.ensure_one()
        deadline = _to_utc((dispute.get("evidence_details") or {}).get("due_by"))
        if state := DISPUTE_STATES.get(dispute["status"]):
            self._notify_dispute(
                dispute["id"],
                state,
                amount=self._stripe_get_disputed_amount(dispute),
                reason_code=dispute.get("reason"),
                deadline=deadline,
            )
        elif is_new and dispute["status"] == INQUIRY:
            self._notify_inquiry(dispute["id"], deadline)

    def _stripe_get_disputed_amount(self, dispute):
        """Return the amount in the transaction's currency; ``None``, which is all, when Stripe tells it in another."""
        if dispute["currency"].upper() != self.currency_id.name:
            return None
        amount = payment_utils.to_major_currency_units(
            dispute["amount"],
            self.currency_id,
            arbitrary_decimal_number=const.CURRENCY_DECIMALS.get(self.currency_id.name),
        )
        return min(amount, self.amount)

    # === VOUCHERS === #

    def _apply_updates(self, payment_data):
        """Override of `payment_stripe`: keep until when a voucher may be paid."""
        if self.provider_code == "stripe" and self.operation != "refund":
            action = (payment_data.get("payment_intent") or {}).get("next_action") or {}
            details = action.get("oxxo_display_details") or {}
            if expires_at := _to_utc(details.get("expires_after")):
                self.voucher_expires_at = expires_at
        return super()._apply_updates(payment_data)

    # === CARDS === #

    def _extract_token_values(self, payment_data):
        """Override of `payment_stripe`: keep until when the card can be charged, and which card it is."""
        values = super()._extract_token_values(payment_data)
        if self.provider_code != "stripe" or not values:
            return values
        card, tokens = payment_data["payment_method"].get("card") or {}, self.env["payment.token"]
        return (
            values
            | tokens._prepare_expiry(card.get("exp_month"), card.get("exp_year"))
            | tokens._prepare_fingerprint("stripe", card.get("fingerprint"))
        )


def _to_utc(timestamp):
    """Return seconds since 1970 as naive UTC, nothing as ``None``."""
    return datetime.fromtimestamp(timestamp, UTC).replace(tzinfo=None) if timestamp else None
