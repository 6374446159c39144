from werkzeug.exceptions import BadRequest, Forbidden, ServiceUnavailable

from odoo import http
from odoo.http import request

from odoo.addons.payment.logging import get_payment_logger

from ..const import PROVIDER_CODE
from ..domain.errors import ConektaError
from ..domain.notifications import read_subject

_logger = get_payment_logger(__name__)


class ConektaWebhookController(http.Controller):
    @http.route(
        "/payment/conekta/webhook/<int:provider_id>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def conekta_webhook(self, provider_id):
        """Ask for the order that a notification is about.

        What it says beside is not read, so it may come twice, late or after a newer one.

        :raise Forbidden: when none of the provider's keys signed it
        :raise ServiceUnavailable: when the network cannot be asked now; it notifies again
        """
        body = request.httprequest.get_data()
        domain = [("id", "=", provider_id), ("code", "=", PROVIDER_CODE)]
        provider_sudo = request.env["payment.provider"].sudo().search(domain)
        if not provider_sudo or not provider_sudo._conekta_is_signed(body, request.httprequest.headers.get("Digest")):
            _logger.warning("Refused a notification that the network did not sign.")
            raise Forbidden()
        try:
            subject = read_subject(body)
        except ValueError as error:
            raise BadRequest() from error
        if subject:
            try:
                provider_sudo._conekta_follow(subject)
            except ConektaError as error:
                _logger.warning("Order %s could not be asked for: %s", subject.order_id, error)
                raise ServiceUnavailable() from error
        return ""
