from datetime import UTC, datetime, timedelta

from odoo import fields, models
from odoo.exceptions import ValidationError

from odoo.addons.payment import utils as payment_utils
from odoo.addons.payment.logging import get_payment_logger
from odoo.addons.payment_card_facts.models.payment_provider import PaymentInDoubt, is_answer_lost

_logger = get_payment_logger(__name__)

# Where our key of a transaction is kept at Mercado Pago, to tell it from that of another database on the same account
METADATA_KEY = "odoo_key"
_SENT_AT_ONCE = timedelta(minutes=1)  # a draft that is older may have been sent before a crash


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    mercado_pago_doubt_at = fields.Datetime(
        string="Answer Lost At",
        readonly=True,
        copy=False,
        help="When a charge was sent to Mercado Pago without an answer; its result is asked for.",
    )
    mercado_pago_checked_at = fields.Datetime(string="Asked Mercado Pago At", readonly=True, copy=False)

    # === REQUESTS === #

    def _send_payment_request(self):
        """Override of `payment_mercado_pago`: charge the saved card.

        Differs from the original: the card token is asked for in JSON, as Mercado Pago requires; the payment carries
        reference and notification address; when the answer to the payment is lost the transaction stays pending,
        because nobody knows whether it was charged; and what may have been sent is asked about instead of sent again
        (:meth:`_mercado_pago_reconcile`), so this method may be called repeatedly.
        """
        if self.provider_code != "mercado_pago":
            super()._send_payment_request()
            return
        if self._mercado_pago_may_have_been_sent():
            if self._mercado_pago_reconcile():
                self._mercado_pago_set_in_doubt()
            if self.state != "draft":
                return
        card = self._mercado_pago_ask_card_token()
        try:
            payment = self._send_api_request(
                "POST",
                "/v1/payments",
                json=self._mercado_pago_prepare_token_payload(card["id"]),
                idempotency_key=self._mercado_pago_get_key(),
            )
        except ValidationError as error:
            if not is_answer_lost(error):
                raise
            self._mercado_pago_set_in_doubt()
        else:
            self._process("mercado_pago", payment)

    def _mercado_pago_ask_card_token(self):
        """Return what stands for the saved card in one payment; asking for it moves no money, so it leaves no doubt.

        :raise ValidationError: when Mercado Pago does not give it
        """
        try:
            return self._send_api_request("POST", "/v1/card_tokens", json={"card_id": self.token_id.provider_ref})
        except PaymentInDoubt as error:
            raise ValidationError(
                self.env._("Mercado Pago is out of order, so nothing was charged. (%(error)s)", error=error.__cause__)
            ) from error

    def _mercado_pago_may_have_been_sent(self):
        """Tell whether an earlier request may have reached Mercado Pago; a crash leaves nothing but an aged draft."""
        return self.state != "draft" or self.create_date < fields.Datetime.now() - _SENT_AT_ONCE

    def _mercado_pago_prepare_token_payload(self, card_token):
        """Return the payload of a charge of the saved card that ``card_token`` stands for."""
        return {
            **self._mercado_pago_prepare_base_request_payload(),
            "transaction_amount": self._mercado_pago_convert_amount(),
            "token": card_token,
            "installments": 1,
            "description": self.reference,
            "payer": {"type": "customer", "id": self.token_id.mercado_pago_customer_id},
        }

    def _mercado_pago_prepare_base_request_payload(self):
        """Override of `payment_mercado_pago`: ask for signed notifications only, and leave our key with the payment.

        Beside webhooks Mercado Pago sends older, unsigned notifications (IPN) unless told not to.
        """
        payload = super()._mercado_pago_prepare_base_request_payload()
        payload["notification_url"] += "?source_news=webhooks"
        return payload | {"metadata": {METADATA_KEY: self._mercado_pago_get_key()}}

    def _mercado_pago_get_key(self):
        """Return what identifies a token payment of this transaction; the same however often it is sent."""
        return payment_utils.generate_idempotency_key(self, scope="token_payment")

    def _mercado_pago_set_in_doubt(self):
        """Keep this transaction pending until Mercado Pago tells its result."""
        self.mercado_pago_doubt_at = self.mercado_pago_doubt_at or fields.Datetime.now()
        self._set_pending(
            state_message=self.env._(
                "Mercado Pago did not answer, so it is not known whether the card was charged. It is asked again every "
                "few minutes; do not charge in another way until it has answered."
            )
        )

    # === ANSWERS === #

    def _process(self, provider_code, payment_data):
        """Override of `payment`: refuse a payment that was made for something else.

        The original compares amount and currency only. The return address is public, so the number of an earlier
        payment of the same amount would be enough to settle this transaction.
        """
        if provider_code == "mercado_pago" and self and payment_data.get("external_reference") != self.reference:
            _logger.warning(
                "Refused payment %s for transaction %s: it was made for %s.",
                payment_data.get("id"),
                self.reference,
                payment_data.get("external_reference"),
            )
            return self
        return super()._process(provider_code, payment_data)

    def _apply_updates(self, payment_data):
        """Override of `payment`: money that comes after a voucher was cancelled or expired is money all the same.

        Until when a voucher may be paid is kept.
        """
        if self.provider_code == "mercado_pago" and (expires_at := payment_data.get("date_of_expiration")):
            self.voucher_expires_at = datetime.fromisoformat(expires_at).astimezone(UTC).replace(tzinfo=None)
        if self.provider_code == "mercado_pago" and self.state == "cancel" and payment_data.get("status") == "approved":
            self._set_pending(extra_allowed_states=("cancel",))
        return super()._apply_updates(payment_data)

    def _extract_token_values(self, payment_data):
        """Override of `payment`: only the answer to the first request holds the token that saves a card.

        A payment that was under review is approved by a notification, in which the original looks for that token. The
        payment tells until when its card can be charged.
        """
        if self.provider_code == "mercado_pago" and "token" not in payment_data:
            _logger.info("The card of transaction %s cannot be saved any more.", self.reference)
            return {}
        values = super()._extract_token_values(payment_data)
        if self.provider_code != "mercado_pago":
            return values
        card, tokens = payment_data.get("card") or {}, self.env["payment.token"]
        month, year = card.get("expiration_month"), card.get("expiration_year")
        # it tells no fingerprint; two cards that agree in all of this are one, but for one case in half a million
        digits = (card.get("first_six_digits"), card.get("last_four_digits"))
        return (
            values
            | tokens._prepare_expiry(month, year)
            | tokens._prepare_fingerprint("mercado_pago", *digits, month, year)
        )
