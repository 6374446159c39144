from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .test_charging import JOINED
from .test_refunds import RefundCommon


@tagged("post_install", "-at_install")
@freeze_time(JOINED)
class TestReceiving(RefundCommon):
    """One way in for money, whoever takes it."""

    def _receive(self, amount, moves, **values):
        day = self.roma._today()
        return self.cash._receive_gym_payment(self.member.partner_id, amount, day, moves, **values)

    def test_the_oldest_is_paid_first_and_the_rest_is_kept(self):
        first, second = (self._create_subscription()._activate() for _number in range(2))
        second.invoice_date_due = "2026-03-12"
        self._receive(600.0, second | first)
        self.assertEqual((first.amount_residual, second.amount_residual), (0.0, 398.0))
        self._receive(500.0, second)
        self.assertEqual(second.amount_residual, 0.0)
        self.assertEqual(self.member.partner_id._get_gym_credit(self.company), 102.0)

    def test_how_it_was_paid_is_kept(self):
        move = self._create_subscription()._activate()
        method = self.cash.inbound_payment_method_line_ids[:1].copy({"name": "Terminal"})
        payment = self._receive(499.0, move, method=method, reference="T-1")
        self.assertEqual((payment.payment_method_line_id, payment.memo), (method, "T-1"))

    def test_nothing_and_invoices_of_others_are_refused(self):
        other = self._create_member(name="Beto")
        move = self._create_subscription(member_id=other.id)._activate()
        before = self.env["account.payment"].search_count([])
        for amount, moves in ((0.0, move.browse()), (-5.0, move.browse()), (499.0, move)):
            with self.subTest(amount=amount), self.assertRaises(UserError):
                self._receive(amount, moves)
        self.assertEqual(self.env["account.payment"].search_count([]), before)
        self.assertEqual(move.amount_residual, 499.0)
