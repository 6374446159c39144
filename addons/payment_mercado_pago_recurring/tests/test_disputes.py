from datetime import datetime
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.payment.tests.http_common import PaymentHttpCommon

from . import mercado_pago_server as faults
from .common import MercadoPagoCommon, sign_headers

CONTROLLER = "odoo.addons.payment_mercado_pago_recurring.controllers.webhook"
RECONCILE = "odoo.addons.payment_mercado_pago_recurring.models.payment_transaction_reconcile"
PROVIDER = "odoo.addons.payment.models.payment_provider"


@tagged("post_install", "-at_install")
class TestDisputes(MercadoPagoCommon, PaymentHttpCommon):
    def setUp(self):
        super().setUp()
        self.transaction = self._charge()
        self.payment = next(iter(self.server.payments.values()))
        self.told = []
        hook = patch.object(
            self.env.registry["payment.transaction"],
            "_notify_dispute",
            lambda transaction, *args, **facts: self.told.append((transaction, args, facts)),
        )
        self.startPatcher(hook)

    def _notify_payment(self, **signature):
        """Send the notification of a changed payment, to the address that the charge gave."""
        number = str(self.payment["id"])
        body = {"action": "payment.updated", "type": "payment", "data": {"id": number}}
        return self._post("/payment/mercado_pago/webhook/Dues 1", number, body, **signature)

    def _notify_chargeback(self, chargeback, payment_id=None, **signature):
        """Send the notification of a chargeback, to the one address of the application."""
        facts = {"id": int(chargeback["id"]), "payment_id": payment_id or self.payment["id"], "checkout": "PRO"}
        body = {"actions": ["changed_case_status"], "type": "topic_chargebacks_wh", "data": facts}
        return self._post("/payment/mercado_pago/chargebacks", chargeback["id"], body, **signature)

    def _post(self, path, data_id, body, **signature):
        headers = sign_headers(data_id, **signature)
        return self.url_open(f"{path}?data.id={data_id}&type={body['type']}", json=body, headers=headers)

    def test_a_payment_that_is_charged_back_is_reported_with_what_is_needed_to_answer(self):
        chargeback = self.server.charge_back(self.payment, amount="200.00")
        self.assertEqual(self._notify_payment().status_code, 200)
        [(transaction, args, facts)] = self.told
        self.assertEqual((transaction, args), (self.transaction, (chargeback["id"], "open")))
        deadline = datetime(2026, 5, 27, 3, 59, 59)
        self.assertEqual(facts, {"amount": 200.0, "reason_code": "fraud", "deadline": deadline})
        self.assertEqual(self.transaction.state, "done", "the money did come")

    @mute_logger("odoo.http")
    def test_what_is_no_notification_is_answered_without_an_error_of_ours(self):
        for body, status in ((" ", 400), ("no JSON", 400), ("[]", 200), ('{"data": 5}', 200), ('{"data": null}', 200)):
            answer = self.url_open(
                "/payment/mercado_pago/chargebacks", data=body, headers={"Content-Type": "application/json"}
            )
            self.assertEqual(answer.status_code, status, body)
        self.assertEqual(self.told, [])

    def test_either_notification_tells_the_same(self):
        chargeback = self.server.charge_back(self.payment)
        self._notify_chargeback(chargeback)
        self._notify_payment()
        self.assertEqual(self.told[0], self.told[1])

    def test_the_state_is_what_mercado_pago_answers(self):
        chargeback = self.server.charge_back(self.payment, documentation_status="review_pending")
        for detail, state in (("in_process", "contested"), ("reimbursed", "won"), ("settled", "lost")):
            self.payment["status_detail"] = detail
            self.assertEqual(self._notify_chargeback(chargeback).status_code, 200)
            self.assertEqual(self.told[-1][1], (chargeback["id"], state))

    @mute_logger(CONTROLLER)
    def test_an_unsigned_or_forged_notification_changes_nothing(self):
        chargeback = self.server.charge_back(self.payment)
        asked = len(self.server.requests)
        for signature in ({"secret": "forged"}, {"request_id": ""}, {"signature": ""}):
            self.assertEqual(self._notify_chargeback(chargeback, **signature).status_code, 403)
            self.assertEqual(self._notify_payment(**signature).status_code, 403)
        self.assertEqual((self.told, len(self.server.requests)), ([], asked))

    def test_a_payment_that_is_none_of_ours_is_acknowledged(self):
        chargeback = self.server.charge_back(self.payment)
        asked = len(self.server.requests)
        self.assertEqual(self._notify_chargeback(chargeback, payment_id=77).status_code, 200)
        self.assertEqual((self.told, len(self.server.requests)), ([], asked))

    def test_a_notification_about_a_payment_that_stands_reports_nothing(self):
        chargeback = self.server.charge_back(self.payment)
        self.payment |= {"status": "approved", "status_detail": "accredited"}
        self.assertEqual(self._notify_chargeback(chargeback).status_code, 200)
        self.assertEqual((self.told, self.transaction.state), ([], "done"))

    @mute_logger(PROVIDER, "odoo.http")
    def test_it_is_sent_again_while_mercado_pago_cannot_say_more(self):
        chargeback = self.server.charge_back(self.payment)
        listed = self.server.chargebacks.pop(chargeback["id"])
        self.assertGreaterEqual(self._notify_payment().status_code, 400)
        self.server.chargebacks[listed["id"]] = listed
        self.server.is_down = True
        self.assertGreaterEqual(self._notify_chargeback(chargeback).status_code, 400)
        self.assertFalse(self.told)

    @mute_logger(PROVIDER, RECONCILE)
    def test_a_charge_whose_answer_was_lost_was_paid_before_it_was_taken_back(self):
        transaction = self._charge(fault=faults.LOST_ANSWER, reference="Lost")
        payment = max(self.server.payments.values(), key=lambda one: one["id"])
        self.server.charge_back(payment)
        listed = dict(self.server.chargebacks)
        self.server.chargebacks.clear()
        transaction._mercado_pago_reconcile()
        self.assertEqual((transaction.state, self.told), ("pending", []), "nothing half done")
        self.server.chargebacks |= listed
        transaction._mercado_pago_reconcile()
        self.assertEqual((transaction.state, [one[0] for one in self.told]), ("done", [transaction]))

    @mute_logger("odoo.addons.payment_mercado_pago_recurring.models.payment_transaction")
    def test_a_chargeback_of_another_debt_is_not_reported(self):
        self.server.charge_back(self.payment)
        other = self._create_charge("Dues 2")
        other._process("mercado_pago", self.payment)
        self.assertEqual((self.told, other.state), ([], "draft"))
