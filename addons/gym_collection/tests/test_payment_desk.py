from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .test_charging import JOINED
from .test_refunds import RefundCommon


@tagged("post_install", "-at_install")
class TestPaymentDesk(RefundCommon):
    def _open_desk(self, user=None, **values):
        action = self.member.with_user(user or self.desk).action_take_payment()
        desk = self.env["gym.payment.desk"].with_user(user or self.desk).with_context(**action["context"])
        return desk.create({"journal": str(self.cash.id)} | values)

    @freeze_time(JOINED)
    def test_everything_owed_is_taken_in_one_dialog(self):
        first = self._create_subscription()._activate()
        second = self._create_subscription()._activate()
        desk = self._open_desk()
        self.assertEqual((desk.amount_owed, desk.amount), (998.0, 998.0))
        self.assertIn(first.payment_reference, desk.owed)
        self.assertIn(second.payment_reference, desk.owed)
        self.assertIn(f"/my/invoices/{first.id}", desk.link)
        self.assertIn("access_token=", desk.link)
        desk.action_confirm()
        self.assertEqual((first | second).mapped("amount_residual"), [0, 0])
        self.assertEqual(self._get_receivable_balance(self.member.partner_id), 0)

    @freeze_time(JOINED)
    def test_what_the_dialog_says_is_what_happens(self):
        with freeze_time("2026-03-01 18:00:00"):
            first = self._create_subscription()._activate()
        second = self._create_subscription()._activate()
        desk = self._open_desk(amount=600.0)
        self.assertIn(f"{first.name}: ", desk.outcome)
        self.assertIn("101.00", desk.outcome)
        self.assertIn("Still owed", desk.outcome)
        desk.action_confirm()
        self.assertEqual((first.amount_residual, second.amount_residual), (0, 398.0))

    @freeze_time(JOINED)
    def test_more_than_is_owed_is_kept_and_counts_the_next_time(self):
        self._create_subscription()._activate()
        desk = self._open_desk(amount=700.0)
        self.assertIn("Kept for the next invoice", desk.outcome)
        desk.action_confirm()
        self.assertEqual(self.member.partner_id._get_gym_credit(self.company), 201.0)
        self.assertEqual((self._open_desk().credit, self._open_desk().amount), (201.0, 0))

    def test_money_at_the_desk_opens_the_door(self):
        with freeze_time(JOINED):
            subscription = self._create_subscription()
            subscription._activate()
        with freeze_time("2026-03-20 18:00:00"):
            self.env["gym.dunning.case"]._cron_dun()
            self.env["gym.dunning.case"].search([("partner_id", "=", self.member.partner_id.id)])._take_steps()
            self.assertEqual(subscription.state, "suspended")
            self._open_desk().action_confirm()
            self.assertEqual(subscription.state, "active")

    @freeze_time(JOINED)
    def test_who_may_take_money(self):
        move = self._create_subscription()._activate()
        trainer = new_test_user(
            self.env,
            "trainer_at_desk",
            groups="gym_members.group_gym_trainer",
            gym_location_ids=[(6, 0, self.roma.ids)],
        )
        with self.assertRaises(AccessError):
            self._open_desk(trainer).action_confirm()
        elsewhere = new_test_user(
            self.env,
            "desk_elsewhere",
            groups="gym_members.group_gym_frontdesk",
            gym_location_ids=[(6, 0, self.gdl.ids)],
        )
        with self.assertRaises(AccessError):
            self._open_desk(elsewhere).action_confirm()
        desk = self._open_desk()
        desk.journal = False
        with self.assertRaises(UserError):
            desk.action_confirm()
        self.assertEqual(move.amount_residual, 499.0)

    @freeze_time("2026-04-01 01:30:00")
    def test_the_day_is_the_branch_s(self):
        self._create_subscription()._activate()
        self.env.company.partner_id.tz = "UTC"
        desk = self._open_desk()
        self.assertEqual(str(desk.date), "2026-03-31")
        desk.action_confirm()
        self.assertEqual(str(self._get_payments().date), "2026-03-31")

    @freeze_time(JOINED)
    def test_days_and_amounts_of_the_front_desk_have_limits(self):
        self._create_subscription()._activate()
        for values, words in (
            ({"date": "2026-03-11"}, "still to come"),
            ({"date": "2099-01-01"}, "still to come"),
            ({"date": "2026-03-06"}, "manager"),
            ({"date": "2019-01-01"}, "manager"),
            ({"amount": 1499.01}, "manager"),
            ({"amount": 1e12}, "manager"),
        ):
            with self.subTest(**values), self.assertRaisesRegex(UserError, words), self.cr.savepoint():
                self._open_desk(**values).action_confirm()
            self.assertFalse(self._get_payments())
        self._open_desk(date="2026-03-07", amount=499.0).action_confirm()
        self.assertIn("Booked on", self._get_payments().message_ids.mapped("body")[0])
        with self.assertRaisesRegex(UserError, "still to come"), self.cr.savepoint():
            self._open_desk(self.boss, date="2026-03-11", amount=1.0).action_confirm()
        self._open_desk(self.boss, date="2026-01-31", amount=5000.0).action_confirm()
        self.assertEqual(sorted(self._get_payments().mapped("amount")), [499.0, 5000.0])

    @freeze_time(JOINED)
    def test_what_is_booked_under_another_day_is_listed(self):
        self._create_subscription()._activate()
        self._open_desk(amount=100.0).action_confirm()
        days = self.env["gym.other.day"].with_user(self.boss)
        self.assertFalse(days.search([]))
        self._open_desk(date="2026-03-08", amount=200.0).action_confirm()
        row = days.search([])
        self.assertRecordValues(
            row,
            [
                {
                    "date": date(2026, 3, 8),
                    "booked_on": date(2026, 3, 10),
                    "amount": 200.0,
                    "partner_id": self.member.partner_id.id,
                    "user_id": self.desk.id,
                    "location_id": self.roma.id,
                }
            ],
        )
        with self.assertRaises(AccessError):
            self.env["gym.other.day"].with_user(self.desk).search([])
        with self.assertRaises(AccessError):
            row.unlink()
        self.assertTrue(row.exists())

    def _get_payments(self):
        return self.env["account.payment"].search([("partner_id", "=", self.member.partner_id.id)])

    @freeze_time(JOINED)
    def test_each_invoice_has_a_reference_of_its_own(self):
        moves = self._create_subscription()._activate() | self._create_subscription()._activate()
        self.assertEqual(len(set(moves.mapped("payment_reference"))), 2)
        self.assertNotIn(False, moves.mapped("payment_reference"))


@tagged("post_install", "-at_install")
class TestLateMoney(RefundCommon):
    """Vouchers and parts, in the case of somebody who joined on 10 March and did not pay."""

    def setUp(self):
        super().setUp()
        with freeze_time(JOINED):
            self.subscription, self.move = self._join(with_mandate=False)

    def _dun(self):
        cases = self.env["gym.dunning.case"]
        cases._cron_dun()
        case = cases.search([("partner_id", "=", self.member.partner_id.id)])
        case._take_steps()
        return case

    def _create_voucher(self):
        return self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "reference": f"voucher-{self.move.id}",
                "amount": self.move.amount_residual,
                "currency_id": self.move.currency_id.id,
                "partner_id": self.member.partner_id.id,
                "operation": "online_redirect",
                "invoice_ids": [(6, 0, self.move.ids)],
                "state": "pending",
            }
        )

    def test_a_voucher_paid_after_it_expired_opens_the_door(self):
        with freeze_time("2026-03-20 18:00:00"):
            self._dun()
            self.assertEqual(self.subscription.state, "suspended")
            voucher = self._create_voucher()
            voucher._set_canceled("expired")
            voucher._post_process()
        with freeze_time("2026-03-25 18:00:00"):
            voucher._set_done()
            self.assertEqual(voucher.state, "done")
            self.assertFalse(voucher.is_post_processed, "the cron posts it")
            voucher._post_process()
            self.assertEqual((self.move.amount_residual, self.subscription.state), (0, "active"))
            voucher._set_done()
            self.assertEqual(len(self.move._get_reconciled_payments()), 1, "told twice, paid once")

    def test_a_cancelled_payment_of_something_else_stays_cancelled(self):
        other = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.member.partner_id.id,
                "invoice_line_ids": [(0, 0, {"name": "Agua", "price_unit": 20.0, "tax_ids": False})],
            }
        )
        other.action_post()
        transaction = self._create_voucher()
        transaction.invoice_ids = other
        transaction._set_canceled("expired")
        transaction._set_done()
        self.assertEqual(transaction.state, "cancel")

    def test_each_step_is_credited_with_what_came_in_after_it(self):
        with freeze_time("2026-03-11 18:00:00"):
            case = self._dun()
            self._pay_cash(self.move, 200.0)
            self.assertEqual((case.amount_recovered, case.state), (200.0, "open"))
            first = case.taken_ids.sorted("id")[-1]
            self.assertEqual(first.amount_recovered, 200.0)
        with freeze_time("2026-03-20 18:00:00"):
            case._take_steps()
            self._pay_cash(self.move, 299.0)
            last = case.taken_ids.sorted("id")[-1]
            self.assertEqual((case.amount_recovered, case.state), (499.0, "recovered"))
            self.assertEqual((first.amount_recovered, last.amount_recovered), (200.0, 299.0))
            self.assertEqual(sum(case.taken_ids.mapped("amount_recovered")), 499.0)

    def test_a_credit_note_recovers_nothing(self):
        with freeze_time("2026-03-11 18:00:00"):
            case = self._dun()
            self.subscription._cancel(at="now", by="staff", is_rest_refunded=True)
            self.assertEqual(case.amount_recovered, 0)
