from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import GymPosCommon


@tagged("post_install", "-at_install")
class TestDues(GymPosCommon):
    """Dues at the till pay invoices, and are no sale."""

    def _take(self, amount, payments=None, member=None, **values):
        line = {"price": amount, "member": member or self.member}
        return self._sync([line], payments or [(self.cash, amount)], **values)

    def test_a_ticket_pays_the_invoice_with_itself(self):
        order = self._take(499.0)
        self.assertEqual((order.state, order.lines.gym_dues_state), ("paid", "booked"))
        self.assertEqual(self.move.amount_residual, 0.0)
        payment = order.lines.gym_payment_ids
        self.assertEqual((payment.amount, payment.memo, payment.date), (499.0, order.pos_reference, date(2026, 3, 10)))
        self.assertEqual(payment.payment_method_line_id.name, "Cash")

    def test_clearing_is_zero_and_nothing_is_revenue_when_the_session_closes(self):
        self._sync(
            [{"price": 499.0, "member": self.member}, {"product": self.water, "price": 20.0, "qty": 2}],
            [(self.cash, 539.0)],
        )
        self.assertEqual(self._get_clearing(), 499.0)
        self._close()
        self.assertEqual((self._get_clearing(), self.session.gym_clearing_left), (0.0, 0.0))
        self.assertTrue(all(self.session._get_gym_clearing_lines().mapped("reconciled")))
        income = self.session.move_id.line_ids.filtered(lambda line: line.account_id.account_type == "income")
        self.assertAlmostEqual(sum(income.mapped("credit")), 34.48)

    def test_each_tender_is_a_payment_of_its_own(self):
        order = self._sync(
            [{"price": 499.0, "member": self.member}, {"product": self.water, "price": 20.0, "qty": 1}],
            [(self.card, 400.0), (self.cash, 119.0)],
        )
        payments = order.lines.gym_payment_ids
        found = sorted(zip(payments.mapped("amount"), payments.mapped("payment_method_line_id.name"), strict=True))
        self.assertEqual(found, [(99.0, "Cash"), (400.0, "Card")])
        self.assertEqual(self.move.amount_residual, 0.0)

    def test_change_is_not_what_was_paid(self):
        order = self._take(499.0, [(self.cash, 500.0), (self.cash, -1.0)])
        self.assertEqual(order.lines.gym_payment_ids.amount, 499.0)

    def test_more_than_is_owed_is_kept(self):
        self._take(600.0)
        self.assertEqual(self.member.partner_id._get_gym_credit(self.company), 101.0)

    def test_dues_of_several_people_on_one_ticket(self):
        beto = self._create_member(name="Beto")
        other = self._create_subscription(member_id=beto.id)._activate()
        self._sync([{"price": 499.0, "member": self.member}, {"price": 200.0, "member": beto}], [(self.card, 699.0)])
        self.assertEqual((self.move.amount_residual, other.amount_residual), (0.0, 299.0))
        self._close()
        self.assertEqual(self._get_clearing(), 0.0)

    def test_a_ticket_that_is_sent_again_pays_once(self):
        order = self._take(499.0)
        with mute_logger("odoo.addons.point_of_sale.models.pos_order"):
            again = self._take(499.0, uuid=order.uuid)
        self.assertEqual(again, order)
        self.assertEqual(len(order.lines.gym_payment_ids), 1)

    def test_the_till_adds_no_tax_and_invoices_no_dues(self):
        iva = self.company.account_sale_tax_id
        line = {"price": 499.0, "member": self.member, "tax_ids": [(6, 0, iva.ids)]}
        order = self._sync([line], [(self.cash, 499.0)], to_invoice=True)
        self.assertEqual((order.state, order.account_move), ("paid", order.account_move.browse()))
        with self.assertRaises(UserError):
            order.action_pos_order_invoice()
        self._close()
        self.assertEqual(self._get_clearing(), 0.0)
        self.assertFalse(self.session.move_id.line_ids.filtered("tax_line_id"))

    def test_the_day_is_the_branch_s_and_within_the_session(self):
        order = self._take(100.0, date_order="2019-01-01 00:00:00")
        self.assertEqual(order.lines.gym_payment_ids.date, date(2026, 3, 10))
        self.clock.move_to("2026-03-11 01:30:00")
        order = self._take(100.0, date_order="2026-03-11 01:30:00")
        self.assertEqual(order.lines.gym_payment_ids.date, date(2026, 3, 10))
        order = self._take(100.0, date_order="2031-01-01 00:00:00")
        self.assertEqual(order.lines.gym_payment_ids.date, date(2026, 3, 10))

    def test_what_cannot_be_booked_waits_and_the_ticket_stands(self):
        order = self._sync([{"price": 499.0}], [(self.cash, 499.0)])
        self.assertEqual((order.state, order.lines.gym_dues_state), ("paid", "waiting"))
        self.assertIn("Choose whose dues", order.lines.gym_dues_problem)
        self._close()
        self.assertEqual(self._get_clearing(), -499.0)
        order.lines.gym_member_id = self.member
        order.lines.with_user(self.manager).action_book_dues()
        self.assertEqual((self.move.amount_residual, self._get_clearing()), (0.0, 0.0))
        self.assertEqual(order.lines.gym_dues_state, "booked")

    def test_a_job_tries_again(self):
        refuse = patch.object(
            type(self.env["account.journal"]), "_receive_gym_payment", side_effect=ValueError("broken")
        )
        with refuse, mute_logger("odoo.addons.gym_pos.models.pos_order"):
            order = self._take(499.0)
        self.assertEqual((order.state, order.lines.gym_dues_state), ("paid", "waiting"))
        self.assertEqual((order.lines.gym_dues_problem, self.move.amount_residual), ("broken", 499.0))
        self.env["pos.order.line"]._cron_book_dues()
        self.assertEqual((order.lines.gym_dues_state, self.move.amount_residual), ("booked", 0.0))

    def test_a_manager_gives_dues_back(self):
        order = self._take(499.0)
        refund = self._refund(order, self.manager)
        self.assertEqual((refund.lines.gym_dues_state, order.lines.gym_dues_state), ("booked", "undone"))
        self.assertEqual(self.move.amount_residual, 499.0)
        self._close()
        self.assertEqual(self._get_clearing(), 0.0)

    def test_what_a_clerk_gives_back_waits_for_a_manager(self):
        order = self._take(499.0)
        refund = self._refund(order, self.clerk)
        self.assertEqual(refund.lines.gym_dues_state, "waiting")
        self.assertEqual(self.move.amount_residual, 0.0)
        with self.assertRaises(AccessError):
            refund.lines.with_user(self.clerk).action_book_dues()
        self.env["pos.order.line"]._cron_book_dues()
        self.assertEqual(self.move.amount_residual, 0.0)
        refund.lines.with_user(self.manager).action_book_dues()
        self.assertEqual(self.move.amount_residual, 499.0)

    def test_dues_of_an_earlier_session_given_back_clear_too(self):
        order = self._take(499.0)
        self._close()
        self.session = self._open(self.config)
        self._refund(order, self.manager)
        self._close()
        self.assertEqual(self._get_clearing(), 0.0)
        self.assertEqual(self.move.amount_residual, 499.0)

    def _refund(self, order, user):
        line = {
            "price": order.lines.price_unit,
            "qty": -1,
            "refunded_orderline_id": order.lines.id,
        }
        return self._sync([line], [(self.cash, -499.0)], user=user, is_refund=True)
