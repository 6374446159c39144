from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.payment.tests.http_common import PaymentHttpCommon

from .common import SECRET, MercadoPagoCommon, sign_headers

CONTROLLER = "odoo.addons.payment_mercado_pago_recurring.controllers.webhook"
MODEL = "odoo.addons.payment_mercado_pago_recurring.models.payment_transaction"


@tagged("post_install", "-at_install")
class TestWebhook(MercadoPagoCommon, PaymentHttpCommon):
    def setUp(self):
        super().setUp()
        self.transaction = self._charge("CONT")
        self.payment = next(iter(self.server.payments.values()))
        self.payment["status"] = "approved"

    def _notify(self, reference="Dues 1", secret=SECRET, signed_id=None, body_id=None, **headers):
        """Send a notification of the payment as Mercado Pago does, to the address that the charge gave it."""
        number = str(self.payment["id"])
        query = f"source_news=webhooks&data.id={signed_id or number}&type=payment"
        return self.url_open(
            f"/payment/mercado_pago/webhook/{reference}?{query}",
            json={"action": "payment.updated", "type": "payment", "data": {"id": body_id or number}},
            headers=sign_headers(signed_id or number, secret) | headers,
        )

    def _assert_refused(self, response):
        self.assertEqual(response.status_code, 403)
        self.transaction.invalidate_recordset()
        self.assertEqual(self.transaction.state, "pending")
        self.assertFalse(self.server.sent("GET", f"/v1/payments/{self.payment['id']}"))

    def test_a_signed_notification_ends_a_review(self):
        self.assertEqual(self._notify().status_code, 200)
        self.assertEqual(self.transaction.state, "done")

    def test_a_repeated_notification_changes_nothing(self):
        for _time in range(2):
            self.assertEqual(self._notify().status_code, 200)
        self.assertEqual((self.transaction.state, len(self.server.payments)), ("done", 1))

    @mute_logger(CONTROLLER)
    def test_without_the_right_signature_nothing_happens(self):
        self._assert_refused(self._notify(secret="forged"))
        self._assert_refused(self._notify(**{"x-request-id": "request-2"}))
        self._assert_refused(self._notify(**{"x-signature": "ts=1742505638683"}))
        self._assert_refused(self._notify(**{"x-signature": ""}))

    @mute_logger(CONTROLLER)
    def test_a_captured_notification_is_good_for_ten_minutes(self):
        number = str(self.payment["id"])
        for age_s in (601, 3600, -601):
            self._assert_refused(self._notify(**sign_headers(number, age_s=age_s)))
        self.assertEqual(self._notify(**sign_headers(number, age_s=590)).status_code, 200)
        self.assertEqual(self.transaction.state, "done")

    @mute_logger(CONTROLLER)
    def test_a_signature_for_another_payment_is_refused(self):
        other = self.server.add_payment(external_reference="Dues 1", transaction_amount=499.0)
        self._assert_refused(self._notify(body_id=str(other["id"])))

    @mute_logger(CONTROLLER)
    def test_without_a_secret_every_notification_is_refused(self):
        self.provider.mercado_pago_webhook_secret = False
        self._assert_refused(self._notify(secret=""))

    def test_what_we_do_not_know_is_acknowledged(self):
        with mute_logger("odoo.addons.payment.models.payment_transaction"):
            self.assertEqual(self._notify(reference="Unknown").status_code, 200)
        self.assertEqual(self.transaction.state, "pending")

    @mute_logger(MODEL)
    def test_an_earlier_payment_cannot_settle_a_new_debt_through_the_return_page(self):
        paid = self.server.add_payment(external_reference="Dues 0", transaction_amount=499.0)
        self.url_open(
            "/payment/mercado_pago/return"
            f"?payment_id={paid['id']}&external_reference=Dues+1&status=approved&collection_status=approved"
        )
        self.transaction.invalidate_recordset()
        self.assertEqual(self.transaction.state, "pending")
