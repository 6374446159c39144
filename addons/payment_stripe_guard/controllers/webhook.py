from werkzeug.exceptions import Forbidden

from odoo.http import request

from odoo.addons.payment.logging import get_payment_logger
from odoo.addons.payment_stripe import utils as stripe_utils
from odoo.addons.payment_stripe.controllers.main import StripeController

_logger = get_payment_logger(__name__)


class StripeSignedController(StripeController):
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
        return super()._verify_signature(tx_sudo)
