from datetime import UTC, datetime

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.payment.logging import get_payment_logger

from ..const import PROVIDER_CODE
from ..domain.errors import ConektaError, Never
from ..domain.following import match_refunds
from ..domain.money import from_cents, to_cents
from ..domain.statuses import DISPUTED, UNKNOWN, contradicts, next_state

_logger = get_payment_logger(__name__)
_CENTURY = 2000  # cards tell the last two digits of their year


class PaymentTransaction(models.Model):
    """Takes over what an order says: its money, its refunds, its disputes, its card."""

    _inherit = "payment.transaction"

    # === WHOSE ORDER === #

    @api.model
    def _conekta_find(self, provider, order):
        """Return the transaction of a provider that an order was made for; empty when it is none of ours."""
        domain = Domain("provider_id", "=", provider.id) & Domain("reference", "=", order.reference)
        found = self.search(domain, limit=1)
        if found and found._conekta_is_own(order):
            return found
        _logger.info("Order %s of %s belongs to no transaction here.", order.id, provider.name)
        return self.browse()

    def _conekta_is_own(self, order):
        """Tell whether an order is this transaction's, of this database and of its mode."""
        if self.conekta_reference_id:  # the network made the order, and knows no key of ours
            return order.id == self.provider_reference and order.is_live == self.is_live
        return order.key == self._conekta_get_key() and order.is_live == self.is_live

    # === THE ORDER === #

    def _conekta_take(self, order):
        """Bring this transaction to what the network says of its order; may be told again and in any order.

        :param order: :class:`~..domain.order_reading.Order`, as asked for, never as notified
        """
        if not self:
            return
        self.ensure_one()
        # written first, so that of two who are told at the same time one begins anew
        self.conekta_checked_at = fields.Datetime.now()
        self.flush_recordset(["conekta_checked_at"])
        if not self._conekta_is_own(order):
            _logger.warning("Refused order %s for transaction %s: it is another's.", order.id, self.reference)
        elif not self._conekta_is_right_amount(order):
            self._conekta_report_amount(order)
        else:
            self._process(PROVIDER_CODE, {"order": order})
            if order.is_paid and self.state == "done":
                self._conekta_follow_refunds(order)
                self._conekta_follow_dispute(order)

    def _conekta_is_right_amount(self, order):
        return (order.cents, order.currency) == (to_cents(self.amount), self.currency_id.name)

    def _conekta_report_amount(self, order):
        """Take nothing for paid that is of another amount; a person has to look at it."""
        message = self.env._(
            "Order %(order)s of %(provider)s is of %(amount)s %(currency)s and was made for %(expected)s. Nothing was "
            "booked: look at it in the panel of the network.",
            order=order.id,
            provider=self.provider_id.name,
            amount=from_cents(order.cents),
            currency=order.currency,
            expected=self.currency_id.format(self.amount),
        )
        if self._set_error(message):
            self._log_message_on_linked_documents(message)

    @api.model
    def _extract_reference(self, provider_code, payment_data):
        if provider_code != PROVIDER_CODE:
            return super()._extract_reference(provider_code, payment_data)
        return payment_data["order"].reference

    def _extract_amount_data(self, payment_data):
        if self.provider_code != PROVIDER_CODE:
            return super()._extract_amount_data(payment_data)
        told = payment_data.get("refund") or payment_data["order"]
        return {"amount": float(from_cents(told.cents)), "currency_code": self.currency_id.name}

    def _apply_updates(self, payment_data):
        """Override of `payment`: money counts whenever it comes, and nothing takes it back silently."""
        if self.provider_code != PROVIDER_CODE:
            return super()._apply_updates(payment_data)
        if refund := payment_data.get("refund"):
            return self._conekta_apply_refund(refund)
        return self._conekta_apply_order(payment_data["order"])

    def _conekta_apply_order(self, order):
        is_news = self.conekta_status != order.status
        self._conekta_keep_facts(order)
        match next_state(self.state, order.outcome):
            case "pending":
                self._set_pending()
            case "done":
                self._set_done(extra_allowed_states=("cancel",))
            case "error":
                code, message = order.failure_code or order.status, order.failure_message or order.status
                self._set_error(self.provider_id._conekta_explain(Never(message, [code])))
            case "cancel":
                self._set_canceled(self.env._("It was not paid while it was good."))
        if is_news and (contradicts(self.state, order.outcome) or order.outcome == UNKNOWN):
            self._conekta_report_status(order)

    def _conekta_keep_facts(self, order):
        self.write(
            {
                "provider_reference": order.id,
                "conekta_status": order.status,
                "conekta_charge_id": order.charge_id or self.conekta_charge_id,
                "conekta_action_url": order.action_url or False,
            }
        )
        if voucher := order.voucher:
            self.write(
                {
                    "conekta_voucher": voucher.reference,
                    "conekta_barcode_url": voucher.barcode_url,
                    "voucher_expires_at": _to_utc(voucher.expires_at),
                }
            )

    def _conekta_report_status(self, order):
        """Tell of a status that changes nothing here, because it is unknown or says that money went back."""
        _logger.warning("Order %s of transaction %s is %r.", order.id, self.reference, order.status)
        self._log_message_on_linked_documents(
            self.env._(
                '%(provider)s says "%(status)s" of payment %(payment)s (%(order)s), and nothing was changed here. Look '
                "at it in the panel of the network.",
                provider=self.provider_id.name,
                status=order.status,
                payment=self.reference,
                order=order.id,
            )
        )

    # === REFUNDS === #

    def _conekta_follow_refunds(self, order):
        """Take over how each refund of this payment stands; one that was made at the network is written down."""
        if not order.refunds:
            return
        if not self.is_post_processed:
            self._post_process()  # what is given back has to be in the books before
        ours = self.child_transaction_ids.filtered(lambda tx: tx.operation == "refund").sorted("id")
        known = {tx.provider_reference: tx for tx in ours if tx.provider_reference}
        waiting = [
            (tx, to_cents(-tx.amount))
            for tx in ours
            if not tx.provider_reference and tx.state in ("draft", "pending") and tx._conekta_get_sent_before()
        ]
        for refund, transaction in match_refunds(order.refunds, known, waiting):
            transaction = transaction or self._create_child_transaction(
                float(from_cents(refund.cents)), is_refund=True, provider_reference=refund.id
            )
            transaction._process(PROVIDER_CODE, {"refund": refund})

    def _conekta_apply_refund(self, refund):
        self.provider_reference = refund.id
        if refund.state == "done":
            self._set_done()
        elif refund.state == "error":
            self._set_error(self.env._("The refund was not paid out. Give it back in another way."))
        else:
            self._set_pending()

    # === DISPUTES === #

    def _conekta_follow_dispute(self, order):
        """Report how the dispute of this payment stands to who keeps the books of it."""
        if chargeback := order.chargeback:
            self._notify_dispute(
                chargeback.id,
                chargeback.state,
                reason_code=chargeback.reason or None,
                deadline=_to_utc(chargeback.due_at),
            )
        elif order.outcome == DISPUTED:
            self._notify_dispute(order.id, "open")

    # === CARDS === #

    def _extract_token_values(self, payment_data):
        """Override of `payment`: the network keeps the card under its customer; find it there."""
        if self.provider_code != PROVIDER_CODE:
            return super()._extract_token_values(payment_data)
        order = payment_data.get("order")
        if not order or not order.card or not order.customer_id:
            return {}
        try:
            cards = self._conekta_get_client().list_cards(order.customer_id)
        except ConektaError as error:
            _logger.warning("The card of transaction %s could not be saved: %s", self.reference, error)
            return {}
        card = next((one for one in cards if one.get("last4") == order.card.last4), None)
        return self._conekta_prepare_token(order.customer_id, card) if card else {}

    def _conekta_prepare_token(self, customer_id, card):
        tokens, month, year = self.env["payment.token"], card.get("exp_month"), card.get("exp_year")
        if year and len(str(year)) <= 2:
            year = _CENTURY + int(year)
        # it tells no fingerprint; two cards that agree in all of this are one, but for one case in half a million
        facts = (card.get("bin"), card.get("last4"), month, year)
        return (
            {"provider_ref": card["id"], "payment_details": card.get("last4"), "conekta_customer_id": customer_id}
            | tokens._prepare_expiry(month, year)
            | tokens._prepare_fingerprint(PROVIDER_CODE, *facts)
        )


def _to_utc(seconds):
    """Return seconds since 1970 as naive UTC, nothing as ``False``."""
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None) if seconds else False
