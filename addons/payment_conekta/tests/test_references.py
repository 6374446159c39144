from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.payment.tests.http_common import PaymentHttpCommon

from ..domain.clabe import is_clabe
from .common import QUIET, ConektaCommon


@tagged("post_install", "-at_install")
class TestReferences(ConektaCommon, PaymentHttpCommon):
    def setUp(self):
        super().setUp()
        self.references = self.env["conekta.reference"]._ensure_all(self.partner, self.company)
        self.cash_reference, self.clabe, self.oxxo_reference = (
            self.references.filtered(lambda one, key=key: (one.provider_id, one.kind) == key)
            for key in ((self.provider, "cash"), (self.provider, "spei"), (self.femsa, "cash"))
        )

    def _received(self):
        return self.references.transaction_ids.sorted("id")

    def _notify(self, order, provider=None, server=None):
        provider, server = provider or self.provider, server or self.server
        body, headers = server.notify("order.paid", order)
        url = f"/payment/conekta/webhook/{provider.id}"
        return self.url_open(url, data=body, headers=headers, method="POST")

    def test_a_payer_has_one_of_each_kind_for_ever(self):
        self.assertEqual(len(self.references), 3)
        self.assertTrue(is_clabe(self.clabe.reference))
        again = self.env["conekta.reference"]._ensure_all(self.partner, self.company)
        self.assertEqual(again, self.references)
        self.assertEqual((len(self.server.references), len(self.femsa_server.references)), (2, 1))

    def test_any_amount_at_any_time_is_a_payment_of_its_own(self):
        for reference, cents in ((self.cash_reference, 12345), (self.clabe, 99900), (self.cash_reference, 12345)):
            response = self._notify(self.server.pay_reference(reference.reference, cents))
            self.assertEqual(response.status_code, 200)
        self.assertRecordValues(
            self._received(),
            [
                {
                    "amount": 123.45,
                    "state": "done",
                    "partner_id": self.partner.id,
                    "payment_method_code": "conekta_cash",
                },
                {"amount": 999.0, "state": "done", "partner_id": self.partner.id, "payment_method_code": "spei"},
                {
                    "amount": 123.45,
                    "state": "done",
                    "partner_id": self.partner.id,
                    "payment_method_code": "conekta_cash",
                },
            ],
        )

    def test_oxxo_has_its_own(self):
        order = self.femsa_server.pay_reference(self.oxxo_reference.reference, 50000)
        self._notify(order, self.femsa, self.femsa_server)
        self.assertEqual(self._received().mapped("payment_method_code"), ["oxxopay"])

    def test_a_notification_that_comes_twice_books_once(self):
        order = self.server.pay_reference(self.clabe.reference, 50000)
        for _time in range(3):
            self._notify(order)
        self.assertEqual(self._received().mapped("amount"), [500.0])

    def test_one_payment_cannot_be_booked_by_two_at_the_same_time(self):
        self._notify(self.server.pay_reference(self.clabe.reference, 50000))
        received = self._received()
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            received.copy({"reference": "twice", "provider_reference": received.provider_reference}).write(
                {"conekta_reference_id": self.clabe.id}
            )
            self.env.flush_all()

    def test_a_lost_notification_is_made_up_for(self):
        self.server.pay_reference(self.cash_reference.reference, 20000)
        self.femsa_server.pay_reference(self.oxxo_reference.reference, 30000)
        for _time in range(2):
            with self.enter_registry_test_mode():
                self.env.ref("payment_conekta.ir_cron_conekta_receive").method_direct_trigger()
            self.env.invalidate_all()
        self.assertEqual(sorted(self._received().mapped("amount")), [200.0, 300.0])

    def test_money_that_comes_by_an_archived_reference_is_money(self):
        self.clabe.active = False
        self._notify(self.server.pay_reference(self.clabe.reference, 50000))
        self.assertEqual(self.clabe.transaction_ids.state, "done")

    @mute_logger("odoo.addons.base.partner.merge")
    def test_payers_that_are_merged_keep_both_their_references(self):
        other = self.partner.copy({"name": "Fulano P."})
        of_other = self.env["conekta.reference"]._ensure_all(other, self.company)
        self.env["base.partner.merge.automatic.wizard"]._merge((self.partner | other).ids, self.partner)
        self.env.invalidate_all()
        self.assertEqual((of_other | self.references).partner_id, self.partner)
        clabe = of_other.filtered(lambda one: one.kind == "spei")
        self._notify(self.server.pay_reference(clabe.reference, 50000))
        self.assertEqual(clabe.transaction_ids.partner_id, self.partner)

    @mute_logger(*QUIET)
    def test_what_is_not_paid_or_of_nobody_is_left_alone(self):
        order = self.server.pay_reference(self.clabe.reference, 50000)
        order["payment_status"] = "pending_payment"
        self._notify(order)
        self.server.references["93999"] = "cus_of_nobody"
        self._notify(self.server.pay_reference("93999", 50000))
        self.assertFalse(self._received())

    def test_a_refund_in_the_panel_of_such_a_payment_is_written_down(self):
        order = self.server.pay_reference(self.clabe.reference, 50000)
        self._notify(order)
        self._notify(self.server.refund(order["id"], 10000))
        self.assertEqual(self._received().child_transaction_ids.mapped("amount"), [-100.0])

    def test_who_lacks_a_telephone_gets_none_and_is_told_why(self):
        other = self.partner.copy({"phone": False, "name": "Beto"})
        asked = len(self.server.requests)
        with self.assertRaisesRegex(ValidationError, "Beto"):
            self.env["conekta.reference"]._ensure_all(other, self.company)
        self.assertEqual(len(self.server.requests), asked)

    def test_a_network_that_is_down_makes_none(self):
        self.server.is_down = True
        other = self.partner.copy({"name": "Beto"})
        with self.assertRaises(UserError):
            self.env["conekta.reference"]._ensure_all(other, self.company)
        self.assertFalse(self.env["conekta.reference"].search_count([("partner_id", "=", other.id)]))

    def test_the_button_is_for_administrators(self):
        self.assertEqual(self.partner.action_conekta_references()["domain"], [("id", "in", self.references.ids)])
        with self.assertRaises(AccessError):
            self.partner.with_user(self.internal_user).action_conekta_references()
