from datetime import datetime
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import StripeCommon

CORE = "odoo.addons.payment_stripe.controllers.main"
OURS = "odoo.addons.payment_stripe_guard.controllers.webhook"
PROVIDER = "odoo.addons.payment.models.payment_provider"


@tagged("post_install", "-at_install")
class TestDisputes(StripeCommon):
    def setUp(self):
        super().setUp()
        self.transaction.write({"state": "done", "provider_reference": "pi_1"})
        self.told = []
        for name in ("_notify_dispute", "_notify_inquiry"):
            hook = patch.object(
                self.env.registry["payment.transaction"],
                name,
                lambda transaction, *args, name=name, **facts: self.told.append((transaction, name, args, facts)),
            )
            self.startPatcher(hook)

    def _dispute(self, event="charge.dispute.created", known_as=None, **values):
        """Let Stripe know a dispute, and tell of it; the message may be older than what Stripe knows."""
        dispute = {
            "id": "dp_1",
            "object": "dispute",
            "amount": 50000,
            "charge": "ch_1",
            "currency": "eur",
            "evidence_details": {"due_by": 1774051199, "has_evidence": False, "past_due": False},
            "payment_intent": "pi_1",
            "reason": "fraudulent",
            "status": "needs_response",
        } | values
        self.server.disputes["dp_1"] = dispute | ({"status": known_as} if known_as else {})
        return {"type": event, "data": {"object": dispute}}

    def test_a_dispute_is_reported_with_what_is_needed_to_answer_it(self):
        self.assertEqual(self._send_event(self._dispute()).status_code, 200)
        [(transaction, name, args, facts)] = self.told
        self.assertEqual((transaction, name, args), (self.transaction, "_notify_dispute", ("dp_1", "open")))
        deadline = datetime(2026, 3, 20, 23, 59, 59)
        self.assertEqual(facts, {"amount": 500.0, "reason_code": "fraudulent", "deadline": deadline})

    def test_what_stripe_knows_counts_and_not_what_the_message_says(self):
        for known, state in (("under_review", "contested"), ("won", "won"), ("lost", "lost")):
            self._send_event(self._dispute(event="charge.dispute.updated", known_as=known))
            self.assertEqual(self.told[-1][2], ("dp_1", state))

    def test_an_inquiry_takes_no_money_and_is_noted_once(self):
        for event in ("charge.dispute.created", "charge.dispute.updated"):
            self._send_event(self._dispute(event=event, status="warning_needs_response"))
        self._send_event(self._dispute(event="charge.dispute.closed", status="warning_closed"))
        [(_transaction, name, args, _facts)] = self.told
        self.assertEqual((name, args), ("_notify_inquiry", ("dp_1", datetime(2026, 3, 20, 23, 59, 59))))

    def test_more_than_was_paid_or_another_currency_is_all_of_it(self):
        self._send_event(self._dispute(amount=111112))
        self._send_event(self._dispute(currency="usd"))
        self.assertEqual([facts["amount"] for *_rest, facts in self.told], [1111.11, None])

    @mute_logger(CORE, OURS)
    def test_an_unsigned_or_forged_message_changes_nothing(self):
        event = self._dispute()
        for signature in ({"header": ""}, {"secret": "whsec_forged"}, {"signed_body": "{}"}, {"at": 1}):
            self.assertEqual(self._send_event(event, **signature).status_code, 403)
        self.stripe.stripe_webhook_secret = False
        self.assertEqual(self._send_event(event, secret="").status_code, 403)
        self.assertEqual((self.told, self.server.asked), ([], []))

    @mute_logger(PROVIDER, "odoo.http")
    def test_stripe_sends_it_again_when_it_cannot_be_asked(self):
        event = self._dispute()
        self.server.is_down = True
        self.assertEqual(self._send_event(event).status_code, 503)
        self.assertFalse(self.told)

    def test_a_payment_that_is_none_of_ours_is_acknowledged(self):
        for intent in ("pi_of_somebody_else", None):
            self.assertEqual(self._send_event(self._dispute(payment_intent=intent)).status_code, 200)
        self.assertEqual((self.told, self.server.asked), ([], []))
