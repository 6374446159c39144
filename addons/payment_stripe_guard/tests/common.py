import hashlib
import hmac
import json
import time

from odoo.addons.payment.tests.http_common import PaymentHttpCommon

from .stripe_server import SECRET_KEY, WEBHOOK_SECRET, StripeServer


class StripeCommon(PaymentHttpCommon):
    """A provider with its keys, one transaction, and a server that answers as Stripe's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stripe = cls._prepare_provider(
            "stripe",
            update_values={
                "stripe_secret_key": SECRET_KEY,
                "stripe_publishable_key": "pk_test",
                "stripe_webhook_secret": WEBHOOK_SECRET,
            },
        )
        cls.provider = cls.stripe
        cls.payment_method_id = cls.env.ref("payment.payment_method_card").id

    def setUp(self):
        super().setUp()
        self.transaction = self._create_transaction("direct", reference="Dues 1")
        self.server = self.enterContext(StripeServer())
        self.patch(
            self.env.registry["payment.provider"],
            "_build_request_url",
            lambda _provider, endpoint, **_options: f"{self.server.url}/{endpoint}",
        )

    def _send_event(self, event, secret=WEBHOOK_SECRET, signed_body=None, at=None, header=None):
        """Send an event, signed as Stripe documents: HMAC-SHA256 of ``{t}.{body}``; an empty header is left out."""
        body = json.dumps(event)
        stamp = int(at or time.time())
        signature = hmac.new(secret.encode(), f"{stamp}.{signed_body or body}".encode(), hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "Stripe-Signature": header or f"t={stamp},v1={signature}"}
        if header == "":
            del headers["Stripe-Signature"]
        response = self.url_open("/payment/stripe/webhook", data=body, headers=headers)
        self.transaction.invalidate_recordset()
        return response
