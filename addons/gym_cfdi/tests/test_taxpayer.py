"""Customers are looked up in the SAT's list of RFCs before their first CFDI is sealed, where a PAC offers it."""

from datetime import date, timedelta

from odoo import fields
from odoo.tests import freeze_time, tagged

from ..services.pac import Taxpayer, TryAgain
from .common import NOW, CfdiCase

RFC, NAME, ZIP = "URE180429TM6", "UNIVERSIDAD ROBOTICA ESPAÑOLA", "86991"


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestTaxpayer(CfdiCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.env["res.partner"].create(
            {"name": "Universidad Robótica Española", "vat": RFC, "zip": ZIP, "cfdi_regime": "601"}
        )

    def _record(self, count=1):
        return self._create_documents(count, partner_id=self.customer.id)

    def _issue(self, count=1):
        documents = self._record(count)
        self._stamp(documents)
        return documents

    def test_a_customer_is_looked_up_once_and_the_day_is_kept(self):
        self.fake.list = {RFC: Taxpayer(is_listed=True)}
        documents = self._issue(2) | self._issue()
        self.assertEqual(set(documents.mapped("state")), {"stamped"})
        self.assertEqual(self.fake.looked_up, [(RFC, NAME, ZIP)])
        self.assertRecordValues(
            self.customer,
            [{"cfdi_listed_on": date(2026, 11, 21), "cfdi_listed_codes": False, "cfdi_data_state": "ok"}],
        )

    def test_what_is_not_as_in_the_list_is_told_and_never_sent(self):
        cases = {
            Taxpayer(is_listed=False): ("CFDI40143", RFC),
            Taxpayer(is_listed=True, is_name_right=False): ("CFDI40145", NAME),
            Taxpayer(is_listed=True, is_postal_code_right=False): ("CFDI40148", ZIP),
        }
        for answer, (code, datum) in cases.items():
            with self.subTest(code=code):
                self.fake.list = {RFC: answer}
                document = self._issue()
                self.assertEqual((document.state, document.uuid), ("rejected", False))
                (problem,) = document.problems
                self.assertEqual((problem["code"], problem["severity"]), (code, "error"))
                self.assertIn(datum, problem["text"])
                self.assertIn("Constancia", problem["remedy"])
                self.assertEqual((self.customer.cfdi_data_state, self.customer.cfdi_data_codes), ("error", code))
                self.assertFalse(self.fake.asked)

    def test_what_was_not_in_the_list_is_asked_again_when_it_is_tried_again(self):
        self.fake.list = {RFC: Taxpayer(is_listed=False)}
        document = self._issue()
        self.fake.list = {RFC: Taxpayer(is_listed=True)}
        document._retry()
        self._stamp(document)
        self.assertEqual(document.state, "stamped")
        self.assertEqual(self.customer.cfdi_data_state, "ok")

    def test_corrected_data_are_another_question(self):
        self.fake.list = {RFC: Taxpayer(is_listed=True, is_postal_code_right=False)}
        self._issue()
        self.customer.zip = "06000"
        self.assertFalse(self.customer._get_taxpayer_errors(self.customer._get_cfdi_receptor("06000")))
        self.fake.list = {RFC: Taxpayer(is_listed=True)}
        self._issue()
        self.assertEqual([asked[2] for asked in self.fake.looked_up], [ZIP, "06000"])

    def test_a_pac_without_it_blocks_nothing(self):
        self.assertEqual(self._issue().state, "stamped")
        self.assertFalse(self.customer.cfdi_listed_on)
        self.assertEqual(self.customer.cfdi_data_state, "ok")

    def test_another_pac_that_offers_it_is_asked(self):
        _pac, other = self._create_pac("Second", sequence=2)
        other.list = {RFC: Taxpayer(is_listed=True)}
        self._issue()
        self.assertEqual((len(self.fake.looked_up), len(other.looked_up)), (1, 1))
        self.assertTrue(self.customer.cfdi_listed_on)
        self.assertFalse(other.asked, "the first one stamps")

    def test_the_list_of_a_test_environment_is_not_asked_beside_a_real_one(self):
        real, client = self._create_pac("Real", sequence=2)
        real.environment = "production"
        self.fake.list = {RFC: Taxpayer(is_listed=False)}
        client.list = {RFC: Taxpayer(is_listed=True)}
        self._issue()
        self.assertEqual((len(self.fake.looked_up), len(client.looked_up)), (0, 1))
        self.assertFalse(self.customer.cfdi_listed_codes)

    def test_a_pac_that_does_not_answer_blocks_nothing(self):
        for failure in (TryAgain("nobody is there", "connection"), ValueError("a client with a bug")):
            self.fake.list = failure
            with self.assertLogs("odoo.addons.gym_cfdi", "WARNING") as logs:
                self.assertEqual(self._issue().state, "stamped")
            self.assertNotIn("bug", logs.output[0])
            self.assertFalse(self.customer.cfdi_listed_on)

    def test_a_pac_that_is_left_alone_is_not_asked(self):
        self.fake.list = {RFC: Taxpayer(is_listed=True)}
        self.pac.breaker_failures, self.pac.breaker_openings = 5, 1
        self.pac.breaker_open_until = fields.Datetime.now() + timedelta(hours=1)
        self._issue()
        self.assertFalse(self.fake.looked_up)

    def test_nobody_without_an_rfc_is_looked_up(self):
        self.fake.list = {}
        for vat in (False, "XAXX010101000", "URE18"):
            self.customer.vat = vat
            self._issue()
        self.assertFalse(self.fake.looked_up)
