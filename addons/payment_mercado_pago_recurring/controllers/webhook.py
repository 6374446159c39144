import time

from werkzeug.exceptions import BadRequest, Forbidden

from odoo import http
from odoo.http import request

from odoo.addons.payment.logging import get_payment_logger
from odoo.addons.payment_mercado_pago.controllers.payment import MercadoPagoPaymentController

from ..domain.signature import is_signed

_logger = get_payment_logger(__name__)


class MercadoPagoSignedController(MercadoPagoPaymentController):
    @http.route()
    def mercado_pago_webhook(self, reference, **kwargs):
        """Override of `payment_mercado_pago`: read a notification only when the provider's secret signed it."""
        transaction_sudo = (
            request.env["payment.transaction"]
            .sudo()
            ._search_by_reference("mercado_pago", {"external_reference": reference})
        )
        if transaction_sudo:
            self._check_signature(transaction_sudo.provider_id)
        return super().mercado_pago_webhook(reference, **kwargs)

    @http.route("/payment/mercado_pago/chargebacks", type="http", auth="public", methods=["POST"], csrf=False)
    def mercado_pago_chargebacks(self, **kwargs):
        """Ask how a payment stands about whose chargeback Mercado Pago notifies.

        These notifications (topic ``topic_chargebacks_wh``) go to one address for the whole application and name the
        payment; what they say beside is not read.

        :raise Forbidden: when Mercado Pago did not sign it
        """
        named = self._read_named()
        transaction_sudo = request.env["payment.transaction"].sudo()._mercado_pago_find_paid(named.get("payment_id"))
        if transaction_sudo:
            self._check_signature(transaction_sudo.provider_id)
            payment = transaction_sudo._send_api_request("GET", f"/v1/payments/{transaction_sudo.provider_reference}")
            transaction_sudo._process("mercado_pago", payment)
        return ""

    @staticmethod
    def _read_named():
        """Return what a notification is about, a ``dict``.

        :raise BadRequest: when the body is no notification
        """
        try:
            body = request.get_json_data()
        except ValueError as error:
            raise BadRequest() from error
        named = body.get("data") if isinstance(body, dict) else None
        return named if isinstance(named, dict) else {}

    @staticmethod
    def _check_signature(provider_sudo):
        """Refuse a notification that Mercado Pago did not sign, or whose body speaks of another payment.

        :raise Forbidden: Mercado Pago sends it again later; until then the cron asks about the transaction
        """
        headers, data_id = request.httprequest.headers, request.httprequest.args.get("data.id")
        secret = provider_sudo.mercado_pago_webhook_secret
        if not is_signed(secret, headers.get("X-Signature"), data_id, headers.get("X-Request-Id"), time.time()):
            _logger.warning("Refused a notification without a signature of Mercado Pago, or with an old one.")
            raise Forbidden()
        named = MercadoPagoSignedController._read_named().get("id")
        if str(named) != data_id:
            _logger.warning("Refused a notification signed for payment %s that speaks of %s.", data_id, named)
            raise Forbidden()
