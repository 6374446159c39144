import json

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.payment.tests.http_common import PaymentHttpCommon

from ..domain.networks import CONEKTA
from ..sandbox.account import Account
from .common import QUIET, ConektaCommon

CONTROLLER = "odoo.addons.payment_conekta.controllers.webhook"


@tagged("post_install", "-at_install")
class TestWebhook(ConektaCommon, PaymentHttpCommon):
    def setUp(self):
        super().setUp()
        self.transaction = self._create_voucher()

    def _notify(self, kind="order.paid", order=None, provider=None, server=None, body=None, headers=None, **changes):
        """Send a notification as a network does."""
        server, provider = server or self.server, provider or self.provider
        made, signed = server.notify(kind, order or self._order_of(self.transaction), **changes)
        return self.url_open(
            f"/payment/conekta/webhook/{provider.id}",
            data=made if body is None else body,
            headers=signed if headers is None else headers,
            method="POST",
        )

    def _assert_refused(self, response, status=403):
        asked = len([one for one in self.server.requests if one[0] == "GET"])
        self.assertEqual(response.status_code, status)
        self.transaction.invalidate_recordset()
        self.assertEqual((self.transaction.state, asked), ("pending", 0))

    def test_a_payment_at_the_store_is_booked_when_it_is_told(self):
        self.server.pay(self.transaction.provider_reference)
        self.assertEqual(self._notify().status_code, 200)
        self.assertEqual(self.transaction.state, "done")

    def test_what_a_notification_says_is_not_believed(self):
        self.assertEqual(
            self._notify(order=self._order_of(self.transaction) | {"payment_status": "paid"}).status_code, 200
        )
        self.assertEqual(self.transaction.state, "pending")

    def test_twice_late_and_out_of_order_is_once(self):
        old = dict(self._order_of(self.transaction))
        self.server.pay(self.transaction.provider_reference)
        for kind, order in (("order.paid", None), ("order.pending_payment", old), ("order.paid", None)):
            self.assertEqual(self._notify(kind, order).status_code, 200)
        self.assertEqual(self.transaction.state, "done")

    def test_each_network_has_its_own_keys(self):
        oxxo = self._create_voucher(self.oxxo, self.femsa, "Dues 2")
        self.femsa_server.pay(oxxo.provider_reference)
        order = self._order_of(oxxo, self.femsa_server)
        with mute_logger(CONTROLLER):
            refused = self._notify(order=order, provider=self.femsa)
        self.assertEqual((refused.status_code, oxxo.state), (403, "pending"))
        self.assertEqual(self._notify(order=order, provider=self.femsa, server=self.femsa_server).status_code, 200)
        self.assertEqual(oxxo.state, "done")

    def test_while_keys_are_changed_both_are_good(self):
        other = Account(CONEKTA)
        self.provider.conekta_webhook_keys = f"{self.server.public_key}\n{other.public_key}"
        self.server.pay(self.transaction.provider_reference)
        self.assertEqual(self._notify(server=other).status_code, 200)
        self.assertEqual(self.transaction.state, "done")

    @mute_logger(CONTROLLER)
    def test_without_the_right_signature_nothing_happens(self):
        self.server.pay(self.transaction.provider_reference)
        made, signed = self.server.notify("order.paid", self._order_of(self.transaction))
        forged = Account(CONEKTA)
        self._assert_refused(self._notify(server=forged))
        self._assert_refused(self._notify(body=made + b" ", headers=signed))
        self._assert_refused(self._notify(headers={"Content-Type": "application/json"}))
        self._assert_refused(self._notify(headers=signed | {"DIGEST": ""}))
        self._assert_refused(self._notify(headers=signed | {"DIGEST": "not base64!"}))

    @mute_logger(CONTROLLER)
    def test_without_a_key_every_notification_is_refused(self):
        self.provider.conekta_webhook_keys = False
        self._assert_refused(self._notify())

    @mute_logger(CONTROLLER)
    def test_an_unknown_provider_is_refused(self):
        self._assert_refused(self._notify(provider=self.dummy_provider))

    @mute_logger(CONTROLLER)
    def test_what_is_signed_and_no_notification_is_refused(self):
        for body in (b"not json", b"[]", b'"text"'):
            headers = {"DIGEST": self.server.sign(body), "Content-Type": "application/json"}
            self._assert_refused(self._notify(body=body, headers=headers), 400)

    def test_what_is_about_no_order_is_acknowledged(self):
        body = json.dumps({"type": "webhook_ping", "data": {"object": {"object": "webhook"}}}).encode()
        headers = {"DIGEST": self.server.sign(body), "Content-Type": "application/json"}
        self._assert_refused(self._notify(body=body, headers=headers), 200)

    @mute_logger(CONTROLLER)
    def test_the_network_notifies_again_while_it_cannot_be_asked(self):
        self.server.is_down = True
        self.assertEqual(self._notify().status_code, 503)
        self.assertEqual(self.transaction.state, "pending")

    @mute_logger(*QUIET)
    def test_orders_of_others_on_the_same_account_are_left_alone(self):
        for metadata in ({}, {"odoo_reference": "Dues 1", "odoo_key": "of another database"}):
            foreign = json.loads(json.dumps(self._order_of(self.transaction))) | {"id": "ord_x", "metadata": metadata}
            self.server.orders["ord_x"] = foreign
            self.server.pay("ord_x")
            self.assertEqual(self._notify(order=foreign).status_code, 200)
            self.assertEqual(self.transaction.state, "pending")

    def test_an_order_that_the_network_does_not_know_changes_nothing(self):
        self.assertEqual(self._notify(order=self._order_of(self.transaction) | {"id": "ord_none"}).status_code, 200)
        self.assertEqual(self.transaction.state, "pending")

    def test_a_notification_of_live_mode_settles_nothing_of_test_mode(self):
        self.server.pay(self.transaction.provider_reference)
        self.assertEqual(self._notify(livemode=True).status_code, 200)
        self.assertEqual(self.transaction.state, "pending")

    def test_a_chargeback_is_found_by_its_charge(self):
        paid = self._charge(reference="Dues 2")
        order = self.server.charge_back(paid.provider_reference)
        told = []
        self.patch(
            self.env.registry["payment.transaction"],
            "_notify_dispute",
            lambda tx, reference, state, **_facts: told.append((tx.id, state)),
        )
        chargeback = order["charges"]["data"][0]["chargeback"] | {"charge_id": paid.conekta_charge_id}
        response = self._notify("charge.chargeback.created", order, data={"object": chargeback})
        self.assertEqual((response.status_code, told), (200, [(paid.id, "open")]))

    def test_a_refund_made_in_the_panel_is_written_down_once(self):
        paid = self._charge(reference="Dues 2")
        order = self.server.refund(paid.provider_reference, 10000)
        for kind in ("order.partially_refunded", "charge.refunded"):
            self.assertEqual(self._notify(kind, order).status_code, 200)
        self.assertEqual(paid.child_transaction_ids.mapped("amount"), [-100.0])
