from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..sandbox import server as faults
from ..sandbox.account import REVIEWED_CARD
from .common import QUIET, ConektaCommon


@tagged("post_install", "-at_install")
class TestAsking(ConektaCommon):
    @mute_logger(*QUIET)
    def test_a_lost_notification_is_made_up_for(self):
        reviewed, voucher = self._charge(REVIEWED_CARD), self._create_voucher(reference="Dues 2")
        lost = self._charge(fault=faults.LOST_ANSWER, reference="Dues 3")
        page = self._create_page("Dues 4")
        for transaction in (reviewed, voucher):
            self.server.pay(transaction.provider_reference)
        self.server.pay_on_page(page.provider_reference)
        transactions = reviewed | voucher | lost | page
        self._age(transactions, minutes=30)
        self._run_cron()
        self.assertEqual(set(transactions.mapped("state")), {"done"})

    def test_a_voucher_paid_after_it_was_cancelled_is_found_for_a_week(self):
        soon, late = self._create_voucher(), self._create_voucher(reference="Dues 2")
        for transaction in (soon, late):
            transaction._set_canceled()
            self.server.pay(transaction.provider_reference)
        self._age(soon, days=9)
        self._age(late, days=12)
        self._run_cron()
        self.assertEqual((soon.state, late.state), ("done", "cancel"))

    @mute_logger(*QUIET)
    def test_a_charge_that_never_arrived_is_closed_after_two_hours(self):
        transaction = self._charge(fault=faults.LOST_REQUEST)
        self._age(transaction, minutes=90)
        self._run_cron()
        self.assertEqual(transaction.state, "pending")
        self._age(transaction, minutes=40)
        self._run_cron()
        self.assertEqual(transaction.state, "error")
        self.assertIn("Nothing was charged", transaction.state_message)

    @mute_logger(*QUIET)
    def test_nothing_is_closed_while_the_network_cannot_be_asked(self):
        transaction = self._charge(fault=faults.LOST_ANSWER)
        self.server.is_down = True
        self._age(transaction, hours=3)
        self._run_cron()
        self.assertEqual(transaction.state, "pending")

    @mute_logger(*QUIET)
    def test_a_status_that_we_never_heard_of_is_told_once_and_books_nothing(self):
        transaction = self._charge(REVIEWED_CARD)
        self._order_of(transaction)["payment_status"] = "half_paid"
        messages = []
        self.patch(
            self.env.registry["payment.transaction"],
            "_log_message_on_linked_documents",
            lambda _tx, message: messages.append(message),
        )
        for _time in range(2):
            transaction._ask_provider()
        self.assertEqual((transaction.state, transaction.conekta_status), ("pending", "half_paid"))
        self.assertEqual(len([message for message in messages if "half_paid" in message]), 1)

    @mute_logger(*QUIET)
    def test_a_payment_of_another_amount_is_booked_by_nobody(self):
        for name, value in (("amount", 100), ("currency", "USD")):
            transaction = self._charge(REVIEWED_CARD, reference=f"Dues {name}")
            self.server.pay(transaction.provider_reference)[name] = value
            for _time in range(2):
                transaction._ask_provider()
                self.assertEqual(transaction.state, "error")
            self.assertIn("Nothing was booked", transaction.state_message)

    @mute_logger(*QUIET)
    def test_what_is_taken_back_silently_stays_booked_and_is_told(self):
        transaction = self._charge()
        self._order_of(transaction)["payment_status"] = "reversed"
        transaction._ask_provider()
        self.assertEqual((transaction.state, transaction.conekta_status), ("done", "reversed"))

    def test_one_order_that_fails_does_not_stop_the_others(self):
        broken, good = self._charge(REVIEWED_CARD), self._charge(REVIEWED_CARD, reference="Dues 2")
        self._order_of(broken)["amount"] = "much"
        self.server.pay(good.provider_reference)
        self._age(broken | good, minutes=30)
        with mute_logger(*QUIET):
            self._run_cron()
        self.assertEqual((broken.state, good.state), ("pending", "done"))

    def test_the_button_asks_now(self):
        transaction = self._create_voucher()
        self.server.pay(transaction.provider_reference)
        transaction.action_conekta_ask()
        self.assertEqual(transaction.state, "done")

    def test_who_may_not_write_payments_cannot_ask(self):
        transaction = self._create_voucher()
        asked = len(self.server.requests)
        with self.assertRaises(AccessError):
            transaction.with_user(self.internal_user).action_conekta_ask()
        self.assertEqual(len(self.server.requests), asked)
