import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.payment.tests.http_common import PaymentHttpCommon

SECRET = "whsec_test"
CORE = "odoo.addons.payment_stripe.controllers.main"
OURS = "odoo.addons.payment_stripe_guard.controllers.webhook"


class _WebhookEndpoints(BaseHTTPRequestHandler):
    """Stripe's ``POST /v1/webhook_endpoints``: form encoded, bearer key, answers with the secret."""

    def log_message(self, *_args):
        pass

    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        is_good = (
            self.path == "/webhook_endpoints" and self.headers["Authorization"] == "Bearer sk_test" and form["url"]
        )
        body = json.dumps(
            {"id": "we_1", "secret": SECRET} if is_good else {"error": {"message": "bad request"}}
        ).encode()
        self.send_response(200 if is_good else 400)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@tagged("post_install", "-at_install")
class TestGuard(PaymentHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stripe = cls._prepare_provider(
            "stripe",
            update_values={
                "stripe_secret_key": "sk_test",
                "stripe_publishable_key": "pk_test",
                "stripe_webhook_secret": SECRET,
            },
        )
        cls.provider = cls.stripe
        cls.payment_method_id = cls.env.ref("payment.payment_method_card").id

    def setUp(self):
        super().setUp()
        self.transaction = self._create_transaction("direct", reference="Dues 1")

    def _send(self, secret=SECRET, signed_body=None, at=None, header=None):
        """Send the event of a payment that succeeded, signed as Stripe documents: HMAC-SHA256 of ``{t}.{body}``."""
        body = json.dumps(
            {
                "type": "payment_intent.succeeded",
                "data": {
                    "object": {
                        "id": "pi_1",
                        "object": "payment_intent",
                        "description": "Dues 1",
                        "status": "succeeded",
                        "amount": 111111,
                        "currency": "eur",
                        "payment_method": {"id": "pm_1", "type": "card", "card": {"brand": "visa", "last4": "4242"}},
                        "charges": {"data": []},
                    }
                },
            }
        )
        stamp = int(at or time.time())
        signature = hmac.new(secret.encode(), f"{stamp}.{signed_body or body}".encode(), hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "Stripe-Signature": header or f"t={stamp},v1={signature}"}
        if header == "":
            del headers["Stripe-Signature"]
        response = self.url_open("/payment/stripe/webhook", data=body, headers=headers)
        self.transaction.invalidate_recordset()
        return response

    def _assert_refused(self, response):
        self.assertEqual(response.status_code, 403)
        self.assertEqual((self.transaction.state, self.transaction.provider_reference), ("draft", False))

    def test_a_signed_message_is_taken(self):
        self.assertEqual(self._send().status_code, 200)
        self.assertEqual((self.transaction.state, self.transaction.provider_reference), ("done", "pi_1"))

    @mute_logger(CORE, OURS)
    def test_an_unsigned_or_forged_message_changes_nothing(self):
        self._assert_refused(self._send(header=""))
        self._assert_refused(self._send(secret="whsec_forged"))
        self._assert_refused(self._send(signed_body="{}"))
        self._assert_refused(self._send(at=time.time() - 3600))
        self._assert_refused(self._send(header="v1=abc"))

    @mute_logger(CORE, OURS)
    def test_without_secret_every_message_is_refused(self):
        self.stripe.stripe_webhook_secret = False
        self._assert_refused(self._send())
        self._assert_refused(self._send(secret=""))
        self._assert_refused(self._send(header=""))

    def test_it_cannot_be_enabled_without_secret(self):
        self.stripe.stripe_webhook_secret = False
        with self.assertRaisesRegex(ValidationError, "webhook secret"), self.cr.savepoint():
            self.stripe.state = "enabled"
        self.stripe.invalidate_recordset()
        self.assertEqual(self.stripe.state, "test")

    def test_the_secret_cannot_be_removed_while_enabled(self):
        self.stripe.state = "enabled"
        with self.assertRaisesRegex(ValidationError, "webhook secret"):
            self.stripe.stripe_webhook_secret = False

    def test_a_generated_webhook_lets_it_be_enabled(self):
        server = HTTPServer(("127.0.0.1", 0), _WebhookEndpoints)
        self.addCleanup(server.server_close)
        threading.Thread(target=server.handle_request, daemon=True).start()
        self.patch(
            self.env.registry["payment.provider"],
            "_build_request_url",
            lambda _provider, endpoint, **_options: f"http://127.0.0.1:{server.server_port}/{endpoint}",
        )
        self.stripe.write({"state": "disabled", "stripe_webhook_secret": False})
        self.stripe.action_stripe_create_webhook()
        self.stripe.state = "enabled"
        self.assertEqual((self.stripe.state, self.stripe.stripe_webhook_secret), ("enabled", SECRET))

    def test_other_providers_are_not_concerned(self):
        self.dummy_provider.state = "enabled"
        self.assertEqual(self.dummy_provider.state, "enabled")
