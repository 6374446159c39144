from odoo.tests import tagged
from odoo.tools import mute_logger

from ..sandbox import server as faults
from .common import QUIET, ConektaCommon


@tagged("post_install", "-at_install")
class TestRefunds(ConektaCommon):
    def setUp(self):
        super().setUp()
        self.paid = self._charge()

    def _refunds(self):
        return self.paid.child_transaction_ids.filtered(lambda tx: tx.operation == "refund").sorted("id")

    def test_part_and_rest_are_given_back(self):
        first, second = self.paid._refund(100.0), self.paid._refund(399.0)
        self.assertEqual((first | second).mapped("state"), ["done", "done"])
        self.assertEqual(self._order_of(self.paid)["amount_refunded"], 49900)
        self.assertEqual(self.paid.state, "done")
        self.assertNotEqual(first.provider_reference, second.provider_reference)

    def test_more_than_was_paid_is_refused(self):
        refund = self.paid._refund(500.0)
        self.assertEqual(refund.state, "error")
        self.assertEqual(self._order_of(self.paid)["amount_refunded"], 0)

    @mute_logger(*QUIET)
    def test_a_lost_answer_gives_back_once(self):
        for fault in faults.FAULTS:
            if fault == faults.TOO_MANY:
                continue
            with self.subTest(fault=fault):
                self.paid = self._charge(reference=f"Dues {fault}")
                self.server.fault = fault
                refund = self.paid._refund(100.0)
                self.assertEqual(refund.state, "pending")
                self.assertTrue(refund.conekta_doubt_at)
                refund._send_refund_request()
                self.assertEqual(refund.state, "done")
                self.assertEqual(self._order_of(self.paid)["amount_refunded"], 10000)
                self.assertEqual(self._refunds(), refund)

    @mute_logger(*QUIET)
    def test_a_refund_is_not_sent_while_the_network_cannot_be_asked_about_it(self):
        self.server.fault = faults.LOST_ANSWER
        refund = self.paid._refund(100.0)
        self.server.is_down = True
        sent = len(self.server.sent("POST", f"/orders/{self.paid.provider_reference}/refunds"))
        refund._send_refund_request()
        self.assertEqual(refund.state, "pending")
        self.assertEqual(len(self.server.sent("POST", f"/orders/{self.paid.provider_reference}/refunds")), sent)

    @mute_logger(*QUIET)
    def test_a_refund_that_never_arrived_is_closed_after_two_hours(self):
        self.server.fault = faults.LOST_REQUEST
        refund = self.paid._refund(100.0)
        refund._ask_provider()
        self.assertEqual(refund.state, "pending")
        self._age(refund, hours=3)
        refund._ask_provider()
        self.assertEqual(refund.state, "error")
        self.assertIn("Nothing was given back", refund.state_message)

    def test_a_refund_made_at_the_network_is_written_down_once(self):
        self.server.refund(self.paid.provider_reference, 10000)
        for _time in range(2):
            self.paid._ask_provider()
        refund = self._refunds()
        self.assertRecordValues(refund, [{"amount": -100.0, "state": "done", "operation": "refund"}])

    def test_a_refund_that_is_under_way_ends_when_the_network_says_so(self):
        self.server.refund(self.paid.provider_reference, 10000, status="pending")
        self.paid._ask_provider()
        self.assertEqual(self._refunds().state, "pending")
        self._order_of(self.paid)["charges"]["data"][0]["refunds"]["data"][0]["status"] = "refunded"
        self._refunds()._ask_provider()
        self.assertEqual(self._refunds().mapped("state"), ["done"])

    def test_a_refund_that_was_not_paid_out_is_an_error(self):
        self.server.refund(self.paid.provider_reference, 10000, status="expired")
        self.paid._ask_provider()
        self.assertEqual(self._refunds().state, "error")
