from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.gym_collection.tests.test_charging import JOINED
from odoo.addons.gym_collection.tests.test_refunds import RefundCommon

from .common import ReferenceMixin


@tagged("post_install", "-at_install")
@freeze_time(JOINED)
class TestDues(ReferenceMixin, RefundCommon):
    def setUp(self):
        super().setUp()
        self._prepare_conekta(self.company)
        self.payer = self.member.partner_id
        self.clabe = self._give_clabe(self.payer)

    def test_any_amount_pays_the_oldest_dues_and_the_rest_is_kept(self):
        first, second = (self._create_subscription()._activate() for _number in range(2))
        second.invoice_date_due = "2026-03-12"
        self._arrive(self.clabe, 60000)
        self.assertEqual((first.amount_residual, second.amount_residual), (0.0, 398.0))
        self._arrive(self.clabe, 50000)
        self.assertEqual(second.amount_residual, 0.0)
        self.assertEqual(self.payer._get_gym_credit(self.company), 102.0)

    def test_each_arrival_is_a_payment_of_the_provider(self):
        move = self._create_subscription()._activate()
        transaction = self._arrive(self.clabe, 49900)
        payment = transaction.payment_id
        self.assertEqual((payment.amount, payment.partner_id, payment.state), (499.0, self.payer, "paid"))
        self.assertEqual(payment.payment_method_line_id.payment_provider_id, self.provider)
        self.assertEqual((payment.payment_transaction_id, payment.date), (transaction, self.roma._today()))
        self.assertIn(self.clabe.reference, payment.memo)
        self.assertEqual(move.amount_residual, 0.0)

    def test_booking_twice_books_once(self):
        self._create_subscription()._activate()
        transaction = self._arrive(self.clabe, 10000)
        transaction._post_process()
        payments = self.env["account.payment"].search([("payment_transaction_id", "=", transaction.id)])
        self.assertEqual(len(payments), 1)

    def test_money_before_any_dues_pays_the_next_ones(self):
        first = self._create_subscription()._activate()
        self._pay_cash(first)
        self._arrive(self.clabe, 70000)
        self.assertEqual(self.payer._get_gym_credit(self.company), 700.0)
        second = self._create_subscription()._activate()
        second._use_credit()
        self.assertEqual(second.amount_residual, 0.0)
        self.assertEqual(self.payer._get_gym_credit(self.company), 201.0)

    def test_nobody_elses_dues_are_paid(self):
        other = self._create_member(name="Beto")
        move = self._create_subscription(member_id=other.id)._activate()
        self._create_subscription()._activate()
        self._arrive(self.clabe, 200000)
        self.assertEqual(move.amount_residual, 499.0)

    def test_who_is_no_payer_of_dues_is_booked_as_odoo_does(self):
        stranger = self.env["res.partner"].create({"name": "Carla"})
        transaction = self._arrive(self._give_clabe(stranger, "646180111805034237"), 30000)
        self.assertEqual((transaction.payment_id.amount, transaction.payment_id.partner_id), (300.0, stranger))

    def test_money_at_the_store_opens_the_door(self):
        subscription = self._create_subscription()
        subscription._activate()
        with freeze_time("2026-03-20 18:00:00"):
            self.env["gym.dunning.case"]._cron_dun()
            self.env["gym.dunning.case"].search([("partner_id", "=", self.payer.id)])._take_steps()
            self.assertEqual(subscription.state, "suspended")
            self._arrive(self.clabe, 49900)
            self.assertEqual(subscription.state, "active")

    def test_a_person_gets_a_copy_of_their_references(self):
        data = self.member.sudo()._get_personal_data()
        self.assertEqual([row["reference"] for row in data["payment_references"]], [self.clabe.reference])

    def test_who_is_forgotten_is_offered_none_and_late_money_is_booked(self):
        self.member.sudo()._anonymise_personal_data()
        self.assertFalse(self.payer._get_gym_references(self.company))
        self.assertEqual(self._arrive(self.clabe, 10000).payment_id.amount, 100.0)
