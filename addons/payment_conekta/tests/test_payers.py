from datetime import datetime, time, timedelta

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.payment.tests.http_common import PaymentHttpCommon

from ..sandbox import server as faults
from .common import QUIET, ConektaCommon


@tagged("post_install", "-at_install")
class TestPayers(ConektaCommon, PaymentHttpCommon):
    def _get(self, url):
        return self.url_open(url.removeprefix(self.provider.get_base_url()), allow_redirects=False)

    def test_cash_and_transfers_make_a_voucher_with_an_end(self):
        for method, kind, provider, server in (
            (self.cash, "cash", self.provider, self.server),
            (self.spei, "spei", self.provider, self.server),
            (self.oxxo, "cash", self.femsa, self.femsa_server),
        ):
            with self.subTest(method=method.code):
                transaction = self._create_voucher(method, provider, f"Dues {method.code}")
                self.assertEqual(transaction.state, "pending")
                [(_headers, body)] = server.sent("POST", "/orders")[-1:]
                [charge] = body["charges"]
                self.assertEqual((charge["payment_method"]["type"], charge["amount"]), (kind, 49900))
                self.assertEqual(transaction.conekta_voucher, self._reference_of(transaction, server))
                day = self.company._today() + timedelta(days=3)
                end = self.company._to_utc(datetime.combine(day, time(23, 59, 59)))
                self.assertEqual(transaction.voucher_expires_at, end)

    def _reference_of(self, transaction, server):
        method = self._order_of(transaction, server)["charges"]["data"][0]["payment_method"]
        return method.get("clabe") or method["reference"]

    def test_the_payer_is_sent_to_the_voucher(self):
        transaction = self._create_voucher()
        form = self._extract_values_from_html_form(self.processing["redirect_form_html"])
        self.assertEqual(form["action"], transaction._conekta_get_own_url("/payment/conekta/voucher"))
        page = self._get(form["action"])
        self.assertEqual(page.status_code, 200)
        self.assertIn(transaction.conekta_voucher, page.text)
        self.assertIn("499.00", page.text)

    def test_a_transfer_shows_its_clabe_and_oxxo_its_bar_code(self):
        transfer = self._create_voucher(self.spei, reference="Dues 1")
        self.assertIn("646180111805034237", self._get(transfer._conekta_get_own_url("/payment/conekta/voucher")).text)
        oxxo = self._create_voucher(self.oxxo, self.femsa, "Dues 2")
        page = self._get(oxxo._conekta_get_own_url("/payment/conekta/voucher")).text
        self.assertIn(f"https://barcodes.example.com/{oxxo.conekta_voucher}.png", page)

    def test_a_clabe_with_a_wrong_digit_is_shown_to_nobody(self):
        transaction = self._create_voucher(self.spei)
        transaction.conekta_voucher = "646180111805034238"
        page = self._get(transaction._conekta_get_own_url("/payment/conekta/voucher"))
        self.assertNotIn("646180111805034238", page.text)

    def test_an_expired_or_paid_voucher_is_not_shown_for_paying(self):
        transaction = self._create_voucher()
        reference, url = transaction.conekta_voucher, transaction._conekta_get_own_url("/payment/conekta/voucher")
        self._age(transaction, days=5)
        self.assertNotIn(reference, self._get(url).text)
        self.server.pay(transaction.provider_reference)
        transaction._ask_provider()
        page = self._get(url)
        self.assertEqual(page.status_code, 200)
        self.assertNotIn(reference, page.text)

    def test_only_the_whole_address_opens_a_page(self):
        transaction, other = self._create_voucher(), self._create_voucher(reference="Dues 2")
        for route in ("/payment/conekta/voucher", "/payment/conekta/return"):
            url = transaction._conekta_get_own_url(route)
            for wrong in (url[:-1], url.replace(f"/{transaction.id}/", f"/{other.id}/"), url[:-1] + "x"):
                asked = len(self.server.requests)
                self.assertEqual(self._get(wrong).status_code, 404)
                self.assertEqual(len(self.server.requests), asked)

    def test_a_card_is_given_on_the_networks_own_page(self):
        transaction = self._create_page()
        form = self._extract_values_from_html_form(self.processing["redirect_form_html"])
        self.assertEqual(form["action"], self._order_of(transaction)["checkout"]["url"])
        [(_headers, body)] = self.server.sent("POST", "/orders")
        self.assertEqual(body["checkout"]["allowed_payment_methods"], ["card"])
        self.assertEqual(body["checkout"]["success_url"], transaction._conekta_get_own_url("/payment/conekta/return"))
        self.assertNotIn("three_ds_mode", body)
        self.assertEqual(transaction.state, "draft")

    def test_who_comes_back_from_the_page_has_paid_when_the_network_says_so(self):
        transaction = self._create_page()
        url = transaction._conekta_get_own_url("/payment/conekta/return")
        self.assertEqual(self._get(f"{url}?payment_status=paid&order_id=ord_x").status_code, 303)
        self.assertEqual(transaction.state, "draft")
        self.server.pay_on_page(transaction.provider_reference)
        self._get(url)
        transaction.invalidate_recordset()
        self.assertEqual(transaction.state, "done")

    def test_three_d_secure_is_asked_for_as_the_provider_says(self):
        self.provider.conekta_three_ds_mode = "strict"
        self._create_page()
        [(_headers, body)] = self.server.sent("POST", "/orders")
        self.assertEqual(body["three_ds_mode"], "strict")

    def test_a_card_that_was_declined_and_another_that_was_taken_is_paid(self):
        transaction = self._create_page()
        self.server.pay_on_page(transaction.provider_reference)
        self.server.decline(transaction.provider_reference)
        transaction._ask_provider()
        self.assertEqual(transaction.state, "error")
        self.server.pay_on_page(transaction.provider_reference)
        transaction._ask_provider()
        self.assertEqual(transaction.state, "done")

    def test_a_voucher_paid_after_it_expired_counts(self):
        transaction = self._create_voucher()
        self.server.expire(transaction.provider_reference)
        transaction._ask_provider()
        self.assertEqual(transaction.state, "cancel")
        self.server.pay(transaction.provider_reference)
        transaction._ask_provider()
        self.assertEqual(transaction.state, "done")

    @mute_logger(*QUIET)
    def test_an_order_that_nobody_got_is_an_error_and_charges_nothing(self):
        for number, fault in enumerate(faults.FAULTS):
            with self.subTest(fault=fault):
                self.server.fault = fault
                transaction = self._create_voucher(reference=f"Dues {number}")
                self.assertEqual(transaction.state, "error")
                self.assertIn("Nothing was charged", transaction.state_message)

    def test_more_than_a_store_takes_is_refused_before_it_is_sent(self):
        transaction = self._create_voucher(amount=10000.01)
        self.assertEqual(transaction.state, "error")
        self.assertIn("from 10 to 10,000", transaction.state_message)
        self.assertFalse(self.server.requests)

    def test_what_is_missing_of_a_payer_is_named(self):
        self.partner.write({"phone": False, "email": False})
        transaction = self._create_voucher()
        self.assertEqual(transaction.state, "error")
        self.assertIn("Email, Phone", transaction.state_message)
        self.assertFalse(self.server.requests)
