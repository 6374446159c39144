from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .test_charging import JOINED
from .test_refunds import RefundCommon


@tagged("post_install", "-at_install")
class TestSurplus(RefundCommon):
    """Money that comes although nothing is owed is told to a manager and offered for giving back."""

    def setUp(self):
        super().setUp()
        self.clock = self.enterContext(freeze_time(JOINED))
        self.subscription, self.move = self._join(with_mandate=False)

    def _create_voucher(self, **values):
        return self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "reference": f"voucher-{self.move.id}",
                "amount": 499.0,
                "currency_id": self.move.currency_id.id,
                "partner_id": self.member.partner_id.id,
                "operation": "online_redirect",
                "invoice_ids": [(6, 0, self.move.ids)],
                "state": "pending",
            }
            | values
        )

    def _pay_late(self):
        voucher = self._create_voucher()
        self.subscription.channel = "online"
        self.subscription._cancel(at="withdrawal", by="member")
        self.assertEqual(self.move.amount_residual, 0)
        voucher._set_done()
        voucher._post_process()
        return self._get_offered()

    def _get_offered(self):
        return self.env["gym.refund"].search([("state", "=", "offered")])

    def test_a_voucher_paid_after_leaving_goes_back(self):
        refund = self._pay_late()
        self.assertRecordValues(
            refund, [{"amount": 499.0, "partner_id": self.member.partner_id.id, "location_id": self.roma.id}]
        )
        activity = self.subscription.activity_ids
        self.assertEqual((activity, activity.user_id), (refund.activity_id, self.boss))
        self.assertIn("499.00", activity.summary)
        refund.with_user(self.boss).action_give_back()
        self.assertEqual((refund.state, refund.how), ("planned", "card"))
        self.assertFalse(self.subscription.activity_ids)
        refund._job_refund()
        self.assertEqual((refund.state, self._get_receivable_balance(self.member.partner_id)), ("done", 0))
        self.assertEqual(self.member.partner_id._get_gym_credit(self.company), 0)

    def test_what_the_provider_cannot_give_back_is_paid_at_the_desk(self):
        refund = self._pay_late()
        self.method.support_refund = "none"
        refund.with_user(self.boss).action_give_back()
        self.assertEqual((refund.state, refund.how), ("to_pay", "desk"))
        self.assertEqual(self.member.partner_id._get_gym_credit(self.company), 0, "it is on its way back")
        refund.with_user(self.boss)._pay_back(self.cash, self.roma._today())
        self.assertEqual((refund.state, self._get_receivable_balance(self.member.partner_id)), ("done", 0))

    def test_a_charge_that_succeeds_after_another_one_paid(self):
        self._agree(self.subscription)
        charge = self.move._plan_charges()
        self.card.demo_simulated_state = "error"
        charge._job_charge()
        self.assertEqual(charge.state, "failed")
        self._pay_cash(self.move)
        charge.transaction_id._set_done()
        charge.transaction_id._post_process()
        self.assertEqual((charge.state, self._get_offered().amount), ("done", 499.0))

    def test_it_may_stay_as_credit_once_decided(self):
        refund = self._pay_late()
        refund.with_user(self.boss).action_keep()
        self.assertEqual(refund.state, "kept")
        self.assertEqual(self.member.partner_id._get_gym_credit(self.company), 499.0)
        with self.assertRaises(UserError):
            refund.with_user(self.boss).action_give_back()
        self.assertEqual(refund.state, "kept")

    def test_what_paid_another_invoice_is_not_given_back(self):
        voucher = self._create_voucher()
        self._pay_cash(self.move)
        voucher._set_done()
        voucher._post_process()
        refund = self._get_offered()
        self.clock.move_to("2026-04-10 18:00:00")
        self._renew(self.subscription)
        with self.assertRaisesRegex(UserError, "other invoices"):
            refund.with_user(self.boss).action_give_back()
        self.assertEqual(refund.state, "offered")

    def test_the_front_desk_decides_nothing(self):
        refund = self._pay_late()
        for name in ("action_give_back", "action_keep"):
            with self.assertRaises(AccessError):
                getattr(refund.with_user(self.desk), name)()
        self.assertEqual(refund.state, "offered")

    def test_money_that_is_owed_is_offered_to_nobody(self):
        voucher = self._create_voucher()
        voucher._set_done()
        voucher._post_process()
        self.assertFalse(self._get_offered() or self.subscription.activity_ids)
