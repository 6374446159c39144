import time

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..controllers.webhook import DISPUTE_EVENTS
from .common import StripeCommon
from .stripe_server import WEBHOOK_SECRET

CORE = "odoo.addons.payment_stripe.controllers.main"
OURS = "odoo.addons.payment_stripe_guard.controllers.webhook"


@tagged("post_install", "-at_install")
class TestGuard(StripeCommon):
    def _send(self, **signature):
        """Send the event of a payment that succeeded."""
        intent = {
            "id": "pi_1",
            "object": "payment_intent",
            "description": "Dues 1",
            "status": "succeeded",
            "amount": 111111,
            "currency": "eur",
            "payment_method": {"id": "pm_1", "type": "card", "card": {"brand": "visa", "last4": "4242"}},
            "charges": {"data": []},
        }
        return self._send_event({"type": "payment_intent.succeeded", "data": {"object": intent}}, **signature)

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
        self._assert_refused(self._send(header="signature"))
        self._assert_refused(self._send(header="t=never,v1="))
        self._assert_refused(self._send(header="=,="))

    @mute_logger("odoo.http")
    def test_what_is_no_message_is_answered_by_400(self):
        for body in (
            " ",
            "no JSON",
            "[]",
            "{}",
            "5",
            '{"type": [], "data": {"object": {}}}',
            '{"type": "x", "data": 5}',
        ):
            answer = self.url_open("/payment/stripe/webhook", data=body, headers={"Content-Type": "application/json"})
            self.assertEqual(answer.status_code, 400, body)
        self.assertEqual(self.transaction.state, "draft")

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
        self.stripe.write({"state": "disabled", "stripe_webhook_secret": False})
        self.stripe.action_stripe_create_webhook()
        self.stripe.state = "enabled"
        self.assertEqual((self.stripe.state, self.stripe.stripe_webhook_secret), ("enabled", WEBHOOK_SECRET))
        self.assertLessEqual(set(DISPUTE_EVENTS), set(self.server.forms[0]["enabled_events[]"]))

    def test_other_providers_are_not_concerned(self):
        self.dummy_provider.state = "enabled"
        self.assertEqual(self.dummy_provider.state, "enabled")
