from werkzeug.exceptions import BadRequest, Forbidden, ServiceUnavailable

from odoo import http
from odoo.exceptions import ValidationError
from odoo.http import request

from odoo.addons.payment.logging import get_payment_logger
from odoo.addons.payment_stripe import const
from odoo.addons.payment_stripe import utils as stripe_utils
from odoo.addons.payment_stripe.controllers.main import StripeController

_logger = get_payment_logger(__name__)

DISPUTE_OPENED = "charge.dispute.created"
DISPUTE_EVENTS = (
    DISPUTE_OPENED,
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
)
const.HANDLED_WEBHOOK_EVENTS.extend(DISPUTE_EVENTS)  # what "Generate your webhook" asks Stripe to send


class StripeSignedController(StripeController):
    @http.route()
    def stripe_webhook(self):
        """Override of `payment_stripe`, which knows no disputes."""
        try:
            event = request.get_json_data()
            event_type, subject = event["type"], event["data"]["object"]
            if not isinstance(subject, dict) or not isinstance(event_type, str):
                raise TypeError
        except (ValueError, KeyError, TypeError) as error:
            raise BadRequest() from error
        if event_type not in DISPUTE_EVENTS:
            return super().stripe_webhook()
        self._take_dispute(event_type, subject)
        return request.make_json_response("")

    def _take_dispute(self, event_type, dispute):
        """Ask Stripe how a dispute stands that one of its messages speaks of, and follow it.

        Messages come in any order and more than once; what Stripe answers is what counts.

        :raise Forbidden: when Stripe did not sign the message
        :raise ServiceUnavailable: when Stripe cannot be asked now; it sends the message again for three days
        """
        transaction_sudo = request.env["payment.transaction"].sudo()._stripe_find_disputed(dispute)
        if not transaction_sudo:
            return
        self._verify_signature(transaction_sudo)
        try:
            asked = transaction_sudo._send_api_request("GET", f"disputes/{dispute['id']}")
        except ValidationError as error:
            raise ServiceUnavailable() from error
        transaction_sudo._stripe_follow_dispute(asked, is_new=event_type == DISPUTE_OPENED)

    @staticmethod
    def _create_refund_tx_from_refund(source_tx_sudo, refund_object):
        """Override of `payment_stripe`: the refund whose answer was lost is the one that Stripe tells of."""
        unanswered_sudo = source_tx_sudo._stripe_find_unanswered_refund(refund_object["amount"])
        return unanswered_sudo or StripeController._create_refund_tx_from_refund(source_tx_sudo, refund_object)

    def _verify_signature(self, tx_sudo):
        """Override of `payment_stripe`, which lets a message pass when no secret is set.

        :raise Forbidden: Stripe sends the message again for three days, so it is not lost when the secret comes late
        """
        if not stripe_utils.get_webhook_secret(tx_sudo.provider_id):
            _logger.warning("Refused a message from Stripe: its provider has no webhook secret.")
            raise Forbidden()
        if "Stripe-Signature" not in request.httprequest.headers:
            _logger.warning("Refused a message that Stripe did not sign.")
            raise Forbidden()
        try:
            return super()._verify_signature(tx_sudo)
        except (ValueError, KeyError, TypeError) as error:
            _logger.warning("Refused a message whose signature is none.")
            raise Forbidden() from error
