"""Fewer of the random histories of ``services/tests/test_histories.py``, through the models."""

import random

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..sandbox.account import GOOD_CARD, POOR_CARD, REVIEWED_CARD
from ..sandbox.server import FAULTS
from .common import QUIET, ConektaCommon

HISTORIES = 25


@tagged("post_install", "-at_install")
class TestFaults(ConektaCommon):
    @mute_logger(*QUIET)
    def test_what_the_network_took_and_what_the_books_say_are_the_same(self):
        transactions = self.env["payment.transaction"]
        for number in range(HISTORIES):
            chance = random.Random(number)
            self.server.idempotent = chance.random() < 0.5
            transactions |= self._live(chance, f"Dues {number}")
        self.server.fault = None
        self._age(transactions | transactions.child_transaction_ids, hours=3)
        self._run_cron()
        for transaction in transactions:
            self._check(transaction)
        self.assertGreater(len(transactions.filtered(lambda tx: tx.state == "done")), HISTORIES // 3)
        self.assertTrue(transactions.child_transaction_ids.filtered(lambda tx: tx.state == "done"))

    def _live(self, chance, reference):
        transaction = self._create_charge(chance.choice([GOOD_CARD, GOOD_CARD, REVIEWED_CARD, POOR_CARD]), reference)
        for _step in range(chance.randint(2, 5)):
            self.server.fault = chance.choice(FAULTS) if chance.random() < 0.6 else None
            if transaction.state in ("draft", "pending"):
                transaction._charge_with_token()
            elif transaction.state == "done" and chance.random() < 0.5:
                self._give_back(transaction)
            self._pay_somewhere(chance, transaction)
        return transaction

    def _give_back(self, transaction):
        waiting = transaction.child_transaction_ids.filtered(lambda tx: tx.state == "pending")
        if waiting:
            waiting[0]._send_refund_request()
        else:
            transaction._refund(100.0)

    def _pay_somewhere(self, chance, transaction):
        for order in self.server.orders.values():
            is_ours = order["metadata"]["odoo_reference"] == transaction.reference
            if is_ours and order["payment_status"] == "under_fraud_review" and chance.random() < 0.3:
                self.server.pay(order["id"])

    def _check(self, transaction):
        orders = [
            one for one in self.server.orders.values() if one["metadata"]["odoo_reference"] == transaction.reference
        ]
        taken = [one for one in orders if one["charges"]["data"][-1]["paid_at"]]
        self.assertLessEqual(len(taken), 1, transaction.reference)
        self.assertEqual(bool(taken), transaction.state == "done", transaction.reference)
        given_back = sum(one["amount_refunded"] for one in taken)
        booked = sum(-tx.amount for tx in transaction.child_transaction_ids if tx.state == "done")
        self.assertEqual(given_back, round(booked * 100), transaction.reference)
