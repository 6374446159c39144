from datetime import UTC, timedelta

from odoo import fields, models
from odoo.exceptions import ValidationError

from odoo.addons.payment import utils as payment_utils
from odoo.addons.payment.logging import get_payment_logger
from odoo.addons.payment_stripe import const
from odoo.addons.payment_stripe.controllers.main import StripeController

_logger = get_payment_logger(__name__)

_CLOCKS_DIFFER_BY = timedelta(hours=1)
# What Stripe does not list after so long never arrived; listing knows a payment as soon as it is made
_PATIENCE = timedelta(hours=2)
_PAGE = 100


class PaymentTransaction(models.Model):
    """Asks Stripe for the results of charges of saved cards and of refunds without an answer, sending none again."""

    _inherit = "payment.transaction"

    def _ask_provider(self):
        """Override of `payment_card_facts`: look the payment up among those of the card's customer.

        A charge that Stripe does not have after two hours is closed: it never arrived, so it may be made again.
        """
        super()._ask_provider()
        if self.provider_code == "stripe" and self.operation == "refund":
            self._stripe_ask_about_refund()
            return
        is_charge = self.provider_code == "stripe" and self.operation in ("offline", "online_token")
        if not is_charge or self.state not in ("draft", "pending"):
            return
        try:
            intents = self._stripe_find_intents()
        except ValidationError as error:
            _logger.warning("Stripe could not be asked about transaction %s: %s", self.reference, error)
            return
        if intents:
            data = {"reference": self.reference}
            StripeController._include_payment_intent_in_payment_data(intents[0], data)
            self._process("stripe", data)
        elif self.create_date < fields.Datetime.now() - _PATIENCE:
            self._set_error(self.env._("Stripe never received this charge. Nothing was charged."))

    def _stripe_ask_about_refund(self):
        """Look a refund without an answer up among those of the payment that it gives back.

        One that Stripe does not have after two hours never arrived.
        """
        if self.state not in ("draft", "pending") or self.provider_reference:
            return
        try:
            params = {"payment_intent": self.source_transaction_id.provider_reference, "limit": _PAGE}
            refunds = self.provider_id._send_api_request("GET", "refunds", params=params)["data"]
        except ValidationError as error:
            _logger.warning("Stripe could not be asked about refund %s: %s", self.reference, error)
            return
        known = self.source_transaction_id.child_transaction_ids.mapped("provider_reference")
        amount = -self._stripe_get_minor_amount()
        found = [one for one in refunds if one["id"] not in known and one["amount"] == amount]
        if found:
            data = {"reference": self.reference}
            StripeController._include_refund_in_payment_data(found[0], data)
            self._process("stripe", data)
        elif self.create_date < fields.Datetime.now() - _PATIENCE:
            self._set_error(self.env._("Stripe never received this refund. Nothing was given back."))

    def _stripe_get_minor_amount(self):
        return payment_utils.to_minor_currency_units(
            self.amount,
            self.currency_id,
            arbitrary_decimal_number=const.CURRENCY_DECIMALS.get(self.currency_id.name),
        )

    def _stripe_find_unanswered_refund(self, minor_amount):
        """Return the refund of this payment that was sent for that amount and has had no answer, the oldest first.

        :param int minor_amount: positive, in cents
        """
        self.ensure_one()
        return self.child_transaction_ids.filtered(
            lambda one: one.operation == "refund"
            and one.state in ("draft", "pending")
            and not one.provider_reference
            and one._stripe_get_minor_amount() == -minor_amount
        ).sorted("id")[:1]

    def _stripe_find_intents(self):
        """Return the payments that Stripe has for this transaction, one that took money first.

        :raise ValidationError: when it cannot be asked
        """
        since = (self.create_date - _CLOCKS_DIFFER_BY).replace(tzinfo=UTC)
        params = {
            "customer": self.token_id.provider_ref,
            "created[gte]": int(since.timestamp()),
            "expand[]": "data.payment_method",
            "limit": _PAGE,
        }
        found, has_more = [], True
        while has_more:
            page = self.provider_id._send_api_request("GET", "payment_intents", params=params)
            found += page["data"]
            has_more = page.get("has_more") and page["data"]
            params["starting_after"] = found[-1]["id"] if found else None
        own = [intent for intent in found if intent.get("description") == self.reference]
        return sorted(own, key=lambda intent: intent["status"] != "succeeded")
