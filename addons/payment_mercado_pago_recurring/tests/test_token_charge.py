from datetime import date

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.payment import utils as payment_utils

from . import mercado_pago_server as faults
from .common import MercadoPagoCommon

QUIET = ("odoo.addons.payment.models.payment_provider", "odoo.addons.payment_mercado_pago.models.payment_transaction")


@tagged("post_install", "-at_install")
class TestTokenCharge(MercadoPagoCommon):
    def test_a_saved_card_is_charged(self):
        transaction = self._charge()
        self.assertEqual((transaction.state, len(self.server.payments)), ("done", 1))
        payment = next(iter(self.server.payments.values()))
        self.assertEqual(transaction.provider_reference, str(payment["id"]))
        self.assertEqual(payment["transaction_amount"], 499.0)
        self.assertFalse(transaction.mercado_pago_doubt_at)

    def test_the_requests_are_those_that_the_api_documents(self):
        transaction = self._charge()
        key = payment_utils.generate_idempotency_key(transaction, scope="token_payment")
        [(_headers, card)] = self.server.sent("POST", "/v1/card_tokens")
        self.assertEqual(card, {"card_id": "card-1"})
        [(headers, payment)] = self.server.sent("POST", "/v1/payments")
        self.assertEqual(headers["X-Idempotency-Key"], key)
        token = payment.pop("token")
        self.assertTrue(token)
        base_url = self.provider.get_base_url()
        self.assertEqual(
            payment,
            {
                "external_reference": "Dues 1",
                "notification_url": f"{base_url}/payment/mercado_pago/webhook/Dues%201?source_news=webhooks",
                "metadata": {"odoo_key": key},
                "transaction_amount": 499.0,
                "installments": 1,
                "description": "Dues 1",
                "payer": {"type": "customer", "id": "customer-1"},
            },
        )

    @mute_logger(*QUIET)
    def test_a_rejected_card_is_an_error_with_its_reason(self):
        transaction = self._charge("FUND")
        self.assertEqual(transaction.state, "error")
        self.assertIn("not enough funds", transaction.state_message)

    def test_a_charge_under_review_is_pending_and_not_in_doubt(self):
        transaction = self._charge("CONT")
        self.assertEqual((transaction.state, transaction.mercado_pago_doubt_at), ("pending", False))

    @mute_logger(*QUIET)
    def test_an_unknown_card_charges_nothing(self):
        self.token.provider_ref = "card-of-nobody"
        transaction = self._charge()
        self.assertEqual(transaction.state, "error")
        self.assertIn("card not found", transaction.state_message)
        self.assertFalse(self.server.sent("POST", "/v1/payments"))

    @mute_logger(*QUIET)
    def test_whatever_leaves_the_outcome_open_leaves_the_transaction_pending(self):
        for fault in (
            faults.LOST_REQUEST,
            faults.LOST_ANSWER,
            faults.ERROR_BEFORE,
            faults.ERROR_AFTER,
            faults.GARBAGE_AFTER,
        ):
            with self.subTest(fault=fault):
                transaction = self._charge(fault=fault, reference=f"Dues {fault}")
                self.assertEqual(transaction.state, "pending")
                self.assertTrue(transaction.mercado_pago_doubt_at)
                self.assertIn("do not charge in another way", transaction.state_message)

    @mute_logger(*QUIET)
    def test_a_refused_request_is_an_error_and_no_doubt(self):
        self.provider.mercado_pago_access_token = "APP_USR-other"
        transaction = self._charge()
        self.assertEqual((transaction.state, transaction.mercado_pago_doubt_at), ("error", False))
        self.assertFalse(self.server.payments)

    @mute_logger(*QUIET)
    def test_a_failure_that_another_addon_wraps_leaves_the_same_doubt(self):
        send = self.env.registry["payment.provider"]._send_api_request

        def wrapped(provider, *args, **kwargs):
            try:
                return send(provider, *args, **kwargs)
            except ValidationError as error:
                raise ValidationError(error.args[0]) from error

        self.patch(self.env.registry["payment.provider"], "_send_api_request", wrapped)
        transaction = self._charge(fault=faults.LOST_ANSWER)
        self.assertEqual(transaction.state, "pending")
        self.assertTrue(transaction.mercado_pago_doubt_at)

    @mute_logger(*QUIET)
    def test_what_may_have_been_sent_is_asked_about_and_not_sent_again(self):
        lost = self._charge(fault=faults.LOST_ANSWER, reference="Lost")
        reviewed = self._charge("CONT", reference="Reviewed")
        never_arrived = self._charge(fault=faults.LOST_REQUEST, reference="Never arrived")
        crashed = self._create_charge("Crashed", operation="offline")
        self._age(crashed, minutes=5)
        self.server.add_payment(external_reference="Crashed", transaction_amount=499.0)
        transactions = lost + reviewed + never_arrived + crashed
        sent = len(self.server.sent("POST", "/v1/payments"))
        for transaction in transactions:
            transaction._charge_with_token()
        self.assertEqual(transactions.mapped("state"), ["done", "pending", "pending", "done"])
        self.assertEqual(len(self.server.sent("POST", "/v1/payments")), sent)

    def test_a_draft_that_a_crash_left_before_sending_is_sent_when_mercado_pago_does_not_know_it(self):
        crashed = self._create_charge("Crashed", operation="offline")
        self._age(crashed, minutes=5)
        crashed._charge_with_token()
        self.assertEqual((crashed.state, len(self.server.payments)), ("done", 1))

    @mute_logger("odoo.addons.payment_mercado_pago_recurring.models.payment_transaction_reconcile", *QUIET)
    def test_nothing_is_sent_while_it_is_not_known_what_was_sent_before(self):
        crashed = self._create_charge("Crashed", operation="offline")
        self._age(crashed, minutes=5)
        self.server.is_down = True
        crashed._charge_with_token()
        self.assertEqual(crashed.state, "pending")
        self.assertTrue(crashed.mercado_pago_doubt_at)
        self.assertFalse(self.server.sent("POST", "/v1/card_tokens"))

    def test_the_same_request_twice_is_one_payment(self):
        transaction = self._create_charge()
        for _time in range(2):
            transaction.state = "draft"
            transaction._send_payment_request()
        self.assertEqual((transaction.state, len(self.server.payments)), ("done", 1))
        self.assertEqual(len(self.server.sent("POST", "/v1/payments")), 2)

    @mute_logger("odoo.addons.payment_mercado_pago_recurring.models.payment_transaction")
    def test_a_payment_for_something_else_settles_nothing(self):
        old, new = self._charge(), self._create_charge("Dues 2")
        payment = self.server.payments[int(old.provider_reference)]
        new._process("mercado_pago", payment)
        self.assertEqual((new.state, new.provider_reference), ("draft", False))
        new._process("mercado_pago", {key: value for key, value in payment.items() if key != "external_reference"})
        self.assertEqual((new.state, new.provider_reference), ("draft", False))

    def test_a_voucher_paid_after_it_was_cancelled_counts(self):
        transaction = self._create_charge()
        transaction._set_canceled()
        payment = self.server.add_payment(external_reference="Dues 1", transaction_amount=499.0)
        transaction._process("mercado_pago", payment)
        self.assertEqual(transaction.state, "done")

    def test_a_charge_approved_after_review_does_not_fail_for_the_card_it_cannot_save(self):
        transaction = self._create_transaction("redirect", reference="Join", tokenize=True)
        payment = self.server.add_payment(
            external_reference="Join", additional_info={"items": [{"unit_price": "499.00"}]}
        )
        transaction._process("mercado_pago", payment)
        self.assertEqual((transaction.state, transaction.token_id.id), ("done", False))

    def test_a_saved_card_knows_when_it_expires(self):
        for reference, card, expires_on in (
            ("Join", {"expiration_month": 11, "expiration_year": 2030}, date(2030, 11, 30)),
            ("Untold", {}, False),
        ):
            transaction = self._create_transaction("direct", reference=reference, tokenize=True)
            items = {"items": [{"unit_price": "499.00"}]}
            payment = self.server.add_payment(external_reference=reference, additional_info=items, card=card)
            transaction._process("mercado_pago", payment | {"token": "card-token"})
            self.assertEqual((transaction.state, transaction.token_id.card_expires_on), ("done", expires_on))
