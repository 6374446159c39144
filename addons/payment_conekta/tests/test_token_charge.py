from datetime import date

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..sandbox import server as faults
from ..sandbox.account import CONFIRMED_CARD, LOST_CARD, POOR_CARD, REVIEWED_CARD
from .common import QUIET, ConektaCommon

IN_DOUBT = [fault for fault in faults.FAULTS if fault != faults.TOO_MANY]


@tagged("post_install", "-at_install")
class TestTokenCharge(ConektaCommon):
    def test_a_saved_card_is_charged_without_its_holder(self):
        transaction = self._charge()
        self.assertEqual((transaction.state, len(self.server.orders)), ("done", 1))
        [(headers, body)] = self.server.sent("POST", "/orders")
        key = transaction._conekta_get_key()
        self.assertEqual(headers["Idempotency-Key"], key)
        self.assertEqual(
            body,
            {
                "currency": "MXN",
                "customer_info": {"customer_id": "cus_1"},
                "line_items": [{"name": "Dues 1", "unit_price": 49900, "quantity": 1}],
                "metadata": {"odoo_reference": "Dues 1", "odoo_key": key},
                "charges": [
                    {
                        "amount": 49900,
                        "payment_method": {"type": "card", "payment_source_id": "src_good"},
                        "reference_id": "Dues 1",
                    }
                ],
                "processing_mode": "recurrent",
            },
        )

    def test_a_declined_card_is_an_error_with_its_remedy(self):
        for card, remedy in ((POOR_CARD, "not enough funds"), (LOST_CARD, "lost or stolen")):
            transaction = self._charge(card, reference=f"Dues {card}")
            self.assertEqual(transaction.state, "error")
            self.assertIn(remedy, transaction.state_message)
            self.assertEqual(self._order_of(transaction)["payment_status"], "declined")

    def test_a_charge_under_review_ends_when_the_network_says_so(self):
        transaction = self._charge(REVIEWED_CARD)
        self.assertEqual((transaction.state, transaction.conekta_doubt_at), ("pending", False))
        self.server.pay(transaction.provider_reference)
        transaction._ask_provider()
        self.assertEqual(transaction.state, "done")

    def test_a_holder_who_is_there_confirms_at_the_bank(self):
        transaction = self._charge(CONFIRMED_CARD, operation="online_token")
        self.assertEqual((transaction.state, transaction.conekta_action_url), ("pending", f"{self.server.url}/3ds"))
        [(_headers, body)] = self.server.sent("POST", "/orders")
        self.assertEqual(body["processing_mode"], "ecommerce")
        self.assertEqual(body["return_url"], transaction._conekta_get_own_url("/payment/conekta/return"))
        self.server.pay(transaction.provider_reference)
        transaction._ask_provider()
        self.assertEqual((transaction.state, transaction.conekta_action_url), ("done", False))

    @mute_logger(*QUIET)
    def test_whatever_leaves_the_outcome_open_leaves_the_transaction_pending(self):
        for fault in IN_DOUBT:
            with self.subTest(fault=fault):
                transaction = self._charge(fault=fault, reference=f"Dues {fault}")
                self.assertEqual(transaction.state, "pending")
                self.assertTrue(transaction.conekta_doubt_at)
                self.assertIn("do not repeat this", transaction.state_message)

    def test_what_surely_was_not_charged_is_an_error(self):
        for reference, prepare in (
            ("Too many", lambda: setattr(self.server, "fault", faults.TOO_MANY)),
            ("Wrong key", lambda: self.provider.write({"conekta_test_key": "key_wrong"})),
        ):
            transaction = self._create_charge(reference=reference)
            prepare()
            transaction._charge_with_token()
            self.assertEqual((transaction.state, transaction.conekta_doubt_at), ("error", False))
        self.assertFalse(self.server.orders)

    @mute_logger(*QUIET)
    def test_what_may_have_been_sent_is_asked_about_and_not_sent_again(self):
        for fault in IN_DOUBT:
            with self.subTest(fault=fault):
                transaction = self._charge(fault=fault, reference=f"Dues {fault}")
                transaction._charge_with_token()
                self.assertEqual(transaction.state, "done")
                orders = [
                    one
                    for one in self.server.orders.values()
                    if one["metadata"]["odoo_reference"] == transaction.reference
                ]
                self.assertEqual(len(orders), 1)

    @mute_logger(*QUIET)
    def test_a_network_without_idempotency_charges_once_all_the_same(self):
        self.server.idempotent = False
        transaction = self._charge(fault=faults.LOST_ANSWER)
        for _time in range(3):
            transaction._charge_with_token()
        self.assertEqual((transaction.state, len(self.server.orders)), ("done", 1))

    @mute_logger(*QUIET)
    def test_nothing_is_sent_while_it_is_not_known_what_was_sent_before(self):
        transaction = self._create_charge()
        self._age(transaction, minutes=5)
        self.server.is_down = True
        transaction._charge_with_token()
        self.assertEqual(transaction.state, "pending")
        self.assertFalse(self.server.sent("POST", "/orders"))

    def test_a_draft_that_a_crash_left_is_sent_when_the_network_does_not_know_it(self):
        transaction = self._create_charge()
        self._age(transaction, minutes=5)
        transaction._charge_with_token()
        self.assertEqual((transaction.state, len(self.server.orders)), ("done", 1))

    def test_a_card_given_on_the_page_is_saved_with_its_expiry(self):
        transaction = self._create_page(tokenize=True)
        self.server.pay_on_page(transaction.provider_reference)
        transaction._ask_provider()
        token = transaction.token_id
        self.assertEqual((transaction.state, token.payment_details), ("done", "4242"))
        self.assertEqual(token.card_expires_on, date(2030, 11, 30))
        self.assertEqual(token.conekta_customer_id, next(iter(self.server.customers)))
        charged = self._create_transaction("token", reference="Dues 2", token_id=token.id, operation="offline")
        charged._charge_with_token()
        self.assertEqual(charged.state, "done")

    def test_a_second_card_of_a_payer_is_kept_under_the_same_customer(self):
        for number in range(2):
            transaction = self._create_page(f"Join {number}", tokenize=True)
            self.server.pay_on_page(transaction.provider_reference)
            transaction._ask_provider()
        self.assertEqual(len(self.server.customers), 1)

    @mute_logger(*QUIET)
    def test_a_card_that_cannot_be_saved_is_paid_with_all_the_same(self):
        transaction = self._create_page(tokenize=True)
        self.server.pay_on_page(transaction.provider_reference)
        self.server.cards.clear()
        transaction._ask_provider()
        self.assertEqual((transaction.state, transaction.token_id.id), ("done", False))
