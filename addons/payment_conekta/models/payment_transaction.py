from datetime import UTC, timedelta
from urllib.parse import parse_qsl, urlsplit

from odoo import fields, models
from odoo.exceptions import ValidationError
from odoo.tools.urls import urljoin

from odoo.addons.payment import utils as payment_utils

from ..const import PROVIDER_CODE
from ..domain import order_writing
from ..domain.clabe import is_clabe
from ..domain.errors import ConektaError, InDoubt, Never
from ..domain.money import is_payable_in_cash, to_cents
from ..domain.networks import CHARGE_TYPES
from ..services.once import create_once

VOUCHER_ROUTE, RETURN_ROUTE = "/payment/conekta/voucher", "/payment/conekta/return"
_SENT_AT_ONCE = timedelta(minutes=1)  # a draft that is older may have been sent before a crash
_PAGE_GOOD_FOR = timedelta(days=1)


class PaymentTransaction(models.Model):
    """Sends payments and refunds, each at most once."""

    _inherit = "payment.transaction"

    conekta_sent_at = fields.Datetime(string="Sent to Conekta At", readonly=True, copy=False)
    conekta_doubt_at = fields.Datetime(
        string="Conekta Silent Since",
        readonly=True,
        copy=False,
        help="When something was sent without an answer; the network is asked what became of it.",
    )
    conekta_checked_at = fields.Datetime(string="Asked Conekta At", readonly=True, copy=False)
    conekta_status = fields.Char(
        string="Status at Conekta", readonly=True, copy=False, help="Of the order, in the network's own word."
    )
    conekta_charge_id = fields.Char(string="Charge at Conekta", readonly=True, copy=False, index="btree_not_null")
    conekta_voucher = fields.Char(
        string="Reference or CLABE", readonly=True, copy=False, help="What is paid at the store or by transfer."
    )
    conekta_barcode_url = fields.Char(string="Bar Code at Conekta", readonly=True, copy=False)
    conekta_reference_id = fields.Many2one(
        "conekta.reference",
        string="Permanent Reference",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="With which the payer paid, by themselves and any amount.",
    )
    conekta_action_url = fields.Char(
        string="Confirmation at the Bank", readonly=True, copy=False, help="Where the holder confirms (3-D Secure)."
    )

    _conekta_received_once = models.UniqueIndex(
        "(provider_id, provider_reference) WHERE conekta_reference_id IS NOT NULL", "This payment is booked already."
    )

    # === PAYING BY ONESELF === #

    def _get_specific_rendering_values(self, processing_values):
        """Override of `payment`: make the order, and send the payer to the network's page or to the voucher."""
        if self.provider_code != PROVIDER_CODE:
            return super()._get_specific_rendering_values(processing_values)
        try:
            order = self._conekta_send(self._conekta_prepare_for_payer())
        except ConektaError as error:
            # whatever became of it, nobody can pay an order of which nobody knows the page
            self._set_error(self._conekta_tell_nothing_was_charged(error))
            return {}
        except ValidationError as error:
            self._set_error(str(error))
            return {}
        self._conekta_take(order)
        url = order.page_url or self._conekta_get_own_url(VOUCHER_ROUTE)
        if self.state == "error" or not (order.page_url or order.voucher):
            return {}
        return {
            "api_url": urlsplit(url)._replace(query="").geturl(),
            "url_params": dict(parse_qsl(urlsplit(url).query)),
        }

    def _conekta_prepare_for_payer(self):
        method, provider = self.payment_method_code, self.provider_id
        if charge_type := CHARGE_TYPES.get(method):
            expires_at = to_epoch(provider._conekta_get_expiry())
            self._conekta_check_cash(charge_type)
            return order_writing.as_voucher(self._conekta_prepare_order(), charge_type, expires_at)
        return order_writing.on_page(
            self._conekta_prepare_order(self._conekta_find_or_make_customer() if self.tokenize else None),
            ["card"],
            self._conekta_get_own_url(RETURN_ROUTE),
            to_epoch(fields.Datetime.now() + _PAGE_GOOD_FOR),
            is_saving=self.tokenize,
            three_ds=provider.conekta_three_ds_mode or None,
        )

    def _conekta_check_cash(self, charge_type):
        """Refuse what no store takes before it is sent.

        :raise ValidationError: with the limits
        """
        if charge_type == "cash" and not is_payable_in_cash(to_cents(self.amount)):
            raise ValidationError(
                self.env._("Stores take from 10 to 10,000 pesos at once. Pay a part of it, or by card or transfer.")
            )

    def _conekta_get_own_url(self, route):
        """Return an address of ours that only who got it can open."""
        token = payment_utils.generate_access_token(self.id, self.reference, env=self.env)
        return urljoin(self.provider_id.get_base_url(), f"{route}/{self.id}/{token}")

    # === SAVED CARDS === #

    def _send_payment_request(self):
        """Override of `payment`: charge the saved card.

        What may have been sent before is asked about instead of sent again, so this may be called repeatedly.
        """
        if self.provider_code != PROVIDER_CODE:
            super()._send_payment_request()
            return
        return_url = self._conekta_get_own_url(RETURN_ROUTE) if self.operation == "online_token" else None
        order = self._conekta_prepare_order(self.token_id.conekta_customer_id)
        request = order_writing.with_saved_card(order, self.token_id.provider_ref, return_url)
        was_sent = self._conekta_get_sent_before() is not None
        try:
            made = self._conekta_send(request)
        except Never as error:
            self.provider_reference = error.order_id or self.provider_reference
            self._set_error(self.provider_id._conekta_explain(error))
        except InDoubt:
            self._conekta_set_in_doubt()
        except ConektaError as error:
            if was_sent:
                self._conekta_set_in_doubt()
            else:
                raise ValidationError(self._conekta_tell_nothing_was_charged(error)) from error
        else:
            self._conekta_take(made)

    def _conekta_find_or_make_customer(self):
        """Return the id under which the network keeps the cards of this payer.

        :raise ConektaError: nothing was charged, whichever it is
        """
        domain = [
            ("provider_id", "=", self.provider_id.id),
            ("partner_id", "=", self.partner_id.id),
            ("conekta_customer_id", "!=", False),
        ]
        known = self.env["payment.token"].sudo().search(domain, order="id desc", limit=1)
        if known:
            return known.conekta_customer_id
        key = payment_utils.generate_idempotency_key(self, scope="conekta_customer")
        return self._conekta_get_client().create_customer(self._conekta_prepare_payer(), key)

    # === REFUNDS === #

    def _send_refund_request(self):
        """Override of `payment`: give part or all back; one whose answer was lost is asked about."""
        if self.provider_code != PROVIDER_CODE:
            super()._send_refund_request()
            return
        source = self.source_transaction_id
        if self._conekta_get_sent_before() and not source._conekta_ask():
            self._conekta_set_in_doubt()
            return
        if self.provider_reference:  # the network has it already
            return
        self._conekta_note_sending()
        key = payment_utils.generate_idempotency_key(self, scope="conekta_refund")
        try:
            order = self._conekta_get_client().refund_order(source.provider_reference, to_cents(-self.amount), key)
        except InDoubt:
            self._conekta_set_in_doubt()
        except ConektaError as error:
            raise ValidationError(self.provider_id._conekta_explain(error)) from error
        else:
            source._conekta_take(order)

    # === ONE ORDER === #

    def _conekta_send(self, request):
        """Make the order of this transaction, once, and return it.

        :param dict request: of :mod:`..domain.order_writing`
        :raise ConektaError: see there what is known after which
        """
        sent_before = self._conekta_get_sent_before()
        self._conekta_note_sending()
        return create_once(
            self._conekta_get_client(),
            request,
            self._conekta_get_key(),
            sent_before and to_epoch(sent_before),
            to_epoch(fields.Datetime.now()),
            self.provider_reference or None,
        )

    def _conekta_get_sent_before(self):
        """Return when an earlier request may have left; a crash leaves nothing but an aged draft."""
        if self.conekta_sent_at:
            return self.conekta_sent_at
        is_aged = self.state != "draft" or self.create_date < fields.Datetime.now() - _SENT_AT_ONCE
        return self.create_date if is_aged else None

    def _conekta_note_sending(self):
        self.conekta_sent_at = self.conekta_sent_at or fields.Datetime.now()
        self.flush_recordset(["conekta_sent_at"])

    def _conekta_prepare_order(self, customer_id=None):
        """Return what all orders of this transaction have.

        :raise ValidationError: when the payer lacks what the network requires
        """
        customer = {"customer_id": customer_id} if customer_id else self._conekta_prepare_payer()
        cents = to_cents(self.amount)
        return order_writing.prepare_order(cents, self.reference, self.reference, self._conekta_get_key(), customer)

    def _conekta_prepare_payer(self):
        try:
            return order_writing.prepare_customer(self.partner_name, self.partner_email, self.partner_phone)
        except order_writing.MissingContact as error:
            labels = self.env["res.partner"].fields_get(error.fields, ["string"])
            raise ValidationError(
                self.env._(
                    "%(provider)s needs name, e-mail and telephone (10 digits) of %(payer)s. Please complete: "
                    "%(missing)s.",
                    provider=self.provider_id.name,
                    payer=self.partner_name or self.partner_id.display_name,
                    missing=", ".join(labels[name]["string"] for name in error.fields),
                )
            ) from error

    def _conekta_get_client(self):
        """Return the client of the mode in which this transaction was made."""
        return self.provider_id._conekta_get_client(self.is_live)

    def _conekta_get_key(self):
        """Return what identifies the order of this transaction; the same however often it is sent."""
        return payment_utils.generate_idempotency_key(self, scope="conekta_order")

    # === FAILURES === #

    def _conekta_tell_nothing_was_charged(self, error):
        return self.env._("Nothing was charged. %(why)s", why=self.provider_id._conekta_explain(error))

    def _conekta_set_in_doubt(self):
        """Keep this transaction pending until the network says what became of it."""
        self.conekta_doubt_at = self.conekta_doubt_at or fields.Datetime.now()
        self._set_pending(
            state_message=self.env._(
                "%(provider)s did not answer, so it is not known what it did. It is asked again every few minutes; do "
                "not repeat this in another way until it has answered.",
                provider=self.provider_id.name,
            )
        )

    def _conekta_is_payable(self):
        """Tell whether there is a voucher that a payer can still use; a CLABE with a wrong digit is none."""
        self.ensure_one()
        is_right = self.payment_method_code != "spei" or is_clabe(self.conekta_voucher or "")
        is_good = not self.voucher_expires_at or fields.Datetime.now() < self.voucher_expires_at
        return bool(self.conekta_voucher) and is_right and is_good and self.state == "pending"


def to_epoch(instant):
    """Return a naive UTC instant as seconds since 1970."""
    return int(instant.replace(tzinfo=UTC).timestamp())
