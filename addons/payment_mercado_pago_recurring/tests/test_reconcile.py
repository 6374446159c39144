from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from . import mercado_pago_server as faults
from .common import MercadoPagoCommon
from .test_token_charge import QUIET

RECONCILE = "odoo.addons.payment_mercado_pago_recurring.models.payment_transaction_reconcile"


@tagged("post_install", "-at_install")
class TestReconcile(MercadoPagoCommon):
    def setUp(self):
        super().setUp()
        self.env["payment.transaction"].search([("provider_id.code", "=", "mercado_pago")]).unlink()

    @mute_logger(*QUIET)
    def test_a_charge_whose_answer_was_lost_is_found(self):
        for fault in (faults.LOST_ANSWER, faults.ERROR_AFTER, faults.GARBAGE_AFTER):
            with self.subTest(fault=fault):
                transaction = self._charge(fault=fault, reference=f"Dues {fault}")
                transaction._mercado_pago_reconcile()
                self.assertEqual(transaction.state, "done")
        self.assertEqual(len(self.server.payments), 3)
        self.assertEqual(len(self.server.sent("POST", "/v1/payments")), 3)

    @mute_logger(*QUIET)
    def test_a_rejection_whose_answer_was_lost_is_found(self):
        transaction = self._charge("FUND", fault=faults.LOST_ANSWER)
        transaction._mercado_pago_reconcile()
        self.assertEqual(transaction.state, "error")
        self.assertIn("not enough funds", transaction.state_message)

    @mute_logger(*QUIET)
    def test_a_charge_that_never_arrived_is_given_up_after_two_hours_only(self):
        transaction = self._charge(fault=faults.LOST_REQUEST)
        self._age(transaction, minutes=119)
        transaction._mercado_pago_reconcile()
        self.assertEqual(transaction.state, "pending")
        self._age(transaction, minutes=2)
        transaction._mercado_pago_reconcile()
        self.assertEqual(transaction.state, "error")
        self.assertIn("Nothing was charged", transaction.state_message)
        self.assertFalse(self.server.payments)

    @mute_logger(*QUIET)
    def test_what_was_given_up_and_comes_after_all_counts(self):
        transaction = self._charge(fault=faults.LOST_REQUEST)
        self._age(transaction, hours=3)
        transaction._mercado_pago_reconcile()
        transaction._process(
            "mercado_pago", self.server.add_payment(external_reference="Dues 1", transaction_amount=499.0)
        )
        self.assertEqual(transaction.state, "done")

    @mute_logger(*QUIET)
    def test_a_voucher_knows_until_when_it_may_be_paid(self):
        transaction = self._charge(fault=faults.LOST_REQUEST)
        payment = self.server.add_payment(external_reference="Dues 1", transaction_amount=499.0, status="pending")
        transaction._process("mercado_pago", payment | {"date_of_expiration": "2026-03-21T23:59:00.000-06:00"})
        self.assertEqual(transaction.state, "pending")
        self.assertEqual(str(transaction.voucher_expires_at), "2026-03-22 05:59:00")

    def test_a_review_that_ended_without_notification_is_found(self):
        transaction = self._charge("CONT")
        transaction._mercado_pago_reconcile()
        self.assertEqual(transaction.state, "pending")
        next(iter(self.server.payments.values()))["status"] = "approved"
        transaction._mercado_pago_reconcile()
        self.assertEqual(transaction.state, "done")

    @mute_logger(*QUIET)
    def test_the_payment_of_another_database_on_the_same_account_is_not_ours(self):
        transaction = self._charge(fault=faults.LOST_REQUEST)
        self.server.add_payment(
            external_reference="Dues 1", transaction_amount=499.0, metadata={"odoo_key": "of another database"}
        )
        transaction._mercado_pago_reconcile()
        self.assertEqual((transaction.state, transaction.provider_reference), ("pending", False))

    @mute_logger(*QUIET)
    def test_the_approved_one_of_several_payments_counts(self):
        transaction = self._charge(fault=faults.LOST_REQUEST)
        self.server.add_payment(external_reference="Dues 1", transaction_amount=499.0)
        self.server.add_payment(external_reference="Dues 1", transaction_amount=499.0, status="rejected")
        transaction._mercado_pago_reconcile()
        self.assertEqual(transaction.state, "done")

    @mute_logger(*QUIET)
    def test_two_approved_payments_are_reported(self):
        transaction = self._charge(fault=faults.LOST_REQUEST)
        numbers = [self.server.add_payment(external_reference="Dues 1", transaction_amount=499.0)["id"] for _ in "12"]
        with patch.object(type(transaction), "_log_message_on_linked_documents") as log:
            transaction._mercado_pago_reconcile()
        messages = [call.args[-1] for call in log.call_args_list if "2 times" in call.args[-1]]
        self.assertEqual(len(messages), 1)
        self.assertTrue(all(str(number) in messages[0] for number in numbers))

    @mute_logger(RECONCILE, *QUIET)
    def test_nothing_is_concluded_while_mercado_pago_is_down(self):
        transaction = self._charge(fault=faults.LOST_REQUEST)
        self._age(transaction, hours=5)
        self.server.is_down = True
        transaction._mercado_pago_reconcile()
        self.assertEqual(transaction.state, "pending")

    @mute_logger(*QUIET)
    def test_the_cron_asks_about_what_is_open_and_waited_long_enough(self):
        lost = self._charge(fault=faults.LOST_ANSWER, reference="Lost")
        done = self._charge(reference="Done")
        fresh = self._charge(fault=faults.LOST_ANSWER, reference="Fresh")
        crashed = self._create_charge("Crashed", operation="offline")
        abandoned = self._create_transaction("redirect", reference="Abandoned")
        for transaction in (lost, done, crashed, abandoned):
            self._age(transaction, minutes=11)
        asked = len(self.server.sent("GET", "/v1/payments/search"))
        self._run_cron()
        self.assertEqual(len(self.server.sent("GET", "/v1/payments/search")) - asked, 3)
        self.assertEqual(lost.state, "done")
        self.assertEqual(fresh.state, "pending")
        self.assertEqual((crashed.state, abandoned.state), ("draft", "draft"))
        self._run_cron()
        self.assertEqual(len(self.server.sent("GET", "/v1/payments/search")) - asked, 3, "asked again too soon")

    def test_the_cron_closes_a_charge_that_crashed_before_it_was_sent_but_no_page_left_open(self):
        crashed = self._create_charge("Crashed", operation="offline")
        abandoned = self._create_transaction("redirect", reference="Abandoned")
        for transaction in (crashed, abandoned):
            self._age(transaction, hours=3)
        self._run_cron()
        self.assertEqual((crashed.state, abandoned.state), ("error", "draft"))

    def test_a_crash_after_the_charge_was_sent_is_found(self):
        crashed = self._create_charge("Crashed", operation="offline")
        self.server.add_payment(external_reference="Crashed", transaction_amount=499.0)
        self._age(crashed, minutes=11)
        self._run_cron()
        self.assertEqual(crashed.state, "done")

    def test_who_may_not_write_transactions_may_not_ask(self):
        transaction = self._charge("CONT")
        asked = len(self.server.requests)
        with self.assertRaises(AccessError):
            transaction.sudo(False).with_user(self.internal_user).action_mercado_pago_reconcile()
        self.assertEqual(len(self.server.requests), asked)

    def test_the_button_asks(self):
        transaction = self._charge("CONT")
        next(iter(self.server.payments.values()))["status"] = "approved"
        transaction.with_user(self.admin_user).action_mercado_pago_reconcile()
        self.assertEqual(transaction.state, "done")
