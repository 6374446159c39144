from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import StripeCommon

QUIET = ("odoo.addons.payment.models.payment_provider", "odoo.addons.payment_stripe.models.payment_transaction")


@tagged("post_install", "-at_install")
class TestAsking(StripeCommon):
    """What became of a charge is asked by reading; nothing is sent again."""

    def setUp(self):
        super().setUp()
        self.token = self._create_token(provider_ref="cus_1", stripe_payment_method="pm_1")
        self.charge = self._create_transaction(
            "direct", reference="INV/1-1", operation="offline", token_id=self.token.id, provider_id=self.provider.id
        )

    def _add_intent(self, intent, status, reference="INV/1-1", customer="cus_1"):
        self.server.intents.append(
            {
                "id": intent,
                "description": reference,
                "customer": customer,
                "status": status,
                "amount": round(self.charge.amount * 100),
                "currency": self.charge.currency_id.name.lower(),
                "payment_method": {"id": "pm_1", "type": "card", "card": {"brand": "visa"}},
            }
        )

    def _ask(self, hours=0):
        self.charge.flush_recordset()
        self.env.cr.execute(
            "UPDATE payment_transaction SET create_date = %s WHERE id = %s",
            (fields.Datetime.now() - timedelta(hours=hours), self.charge.id),
        )
        self.charge.invalidate_recordset()
        self.charge._ask_provider()
        self.assertFalse(self.server.forms, "nothing was sent")

    def test_what_was_charged_is_taken_over(self):
        for number in range(3):
            self._add_intent(f"pi_other_{number}", "succeeded", reference=f"Other {number}")
        self._add_intent("pi_foreign", "succeeded", customer="cus_2")
        self._add_intent("pi_1", "succeeded")
        self._ask(hours=72)
        self.assertEqual((self.charge.state, self.charge.provider_reference), ("done", "pi_1"))

    @mute_logger(*QUIET)
    def test_what_was_declined_is_an_error(self):
        self._add_intent("pi_1", "requires_payment_method")
        self._ask(hours=72)
        self.assertEqual((self.charge.state, self.charge.provider_reference), ("error", "pi_1"))

    def test_what_may_be_on_its_way_is_left_open(self):
        self._ask(hours=1)
        self.assertEqual(self.charge.state, "draft")

    def test_what_never_arrived_is_closed(self):
        self._ask(hours=72)
        self.assertEqual(self.charge.state, "error")
        self.assertIn("never received", self.charge.state_message)

    @mute_logger(*QUIET, "odoo.addons.payment_stripe_guard.models.payment_transaction_ask")
    def test_a_stripe_that_does_not_answer_decides_nothing(self):
        self.server.is_down = True
        self._ask(hours=72)
        self.assertEqual(self.charge.state, "draft")


@tagged("post_install", "-at_install")
class TestRefundsInDoubt(StripeCommon):
    """A refund whose answer was lost is found by reading, and Stripe's message about it makes no second one."""

    def setUp(self):
        super().setUp()
        self.transaction.write({"state": "done", "provider_reference": "pi_1", "provider_id": self.provider.id})
        self.refund = self.transaction._create_child_transaction(self.transaction.amount, is_refund=True)

    def _refund_of_stripe(self, amount=None):
        return {
            "id": "re_1",
            "object": "refund",
            "status": "succeeded",
            "amount": round((amount or self.transaction.amount) * 100),
            "currency": self.transaction.currency_id.name.lower(),
            "payment_intent": "pi_1",
        }

    def _ask(self, hours):
        self.refund.flush_recordset()
        self.env.cr.execute(
            "UPDATE payment_transaction SET create_date = %s WHERE id = %s",
            (fields.Datetime.now() - timedelta(hours=hours), self.refund.id),
        )
        self.refund.invalidate_recordset()
        self.refund._ask_provider()
        self.assertFalse(self.server.forms, "nothing was sent")

    def test_it_is_found(self):
        self.server.refunds.append(self._refund_of_stripe())
        self._ask(hours=1)
        self.assertEqual((self.refund.state, self.refund.provider_reference), ("done", "re_1"))

    def test_another_amount_is_another_refund(self):
        self.server.refunds.append(self._refund_of_stripe(1.0))
        self._ask(hours=1)
        self.assertEqual(self.refund.state, "draft")

    def test_what_never_arrived_is_closed(self):
        self._ask(hours=72)
        self.assertEqual(self.refund.state, "error")

    def test_the_message_of_stripe_settles_the_doubt(self):
        event = {
            "type": "charge.refunded",
            "data": {
                "object": {
                    "object": "charge",
                    "id": "ch_1",
                    "payment_intent": "pi_1",
                    "description": self.transaction.reference,
                    "refunds": {"object": "list", "data": [self._refund_of_stripe()], "has_more": False},
                }
            },
        }
        self._send_event(event)
        self.assertEqual((self.refund.state, self.refund.provider_reference), ("done", "re_1"))
        self.assertEqual(self.transaction.child_transaction_ids, self.refund)
        self._send_event(event)
        self.assertEqual(self.transaction.child_transaction_ids, self.refund)
