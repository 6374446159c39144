from datetime import date
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import GymSubscriptionsCommon


@tagged("post_install", "-at_install")
class TestSubscriptionCancel(GymSubscriptionsCommon):
    """A month of 30 days (April, from Wednesday the 1st), of which 20 are left on the 11th."""

    def setUp(self):
        super().setUp()
        self.plan.price_ids.amount = 600
        self.reason = self.env.ref("gym_subscriptions.cancel_reason_time")
        self.enterContext(freeze_time("2026-04-01 18:00:00"))
        self.subscription = self._create_subscription()

    def _begin(self, **values):
        self.subscription.write(values)
        invoice = self.subscription._activate()
        self.enterContext(freeze_time("2026-04-11 18:00:00"))
        return invoice

    def test_leaving_at_the_end_keeps_access_until_then_and_bills_nothing_more(self):
        self._begin()
        preview = self.subscription._preview_cancel()
        moves = self.subscription._cancel(reason=self.reason, note="No time", by="member")
        self.assertEqual((preview["lines"], preview["date_end"], len(moves)), ([], date(2026, 5, 1), 0))
        self.assertRecordValues(
            self.subscription,
            [
                {
                    "state": "active",
                    "date_end": date(2026, 5, 1),
                    "next_bill_date": False,
                    "cancel_reason_id": self.reason.id,
                    "cancel_note": "No time",
                    "cancel_by": "member",
                }
            ],
        )
        self.assertRegex(self.subscription.cancel_folio, r"^BAJA/2026/\d{5}$")
        self.assertIsNone(self.subscription._get_next_bill())
        with freeze_time("2026-04-30 18:00:00"):
            self.subscription._turn_day(self.roma)
            self.assertEqual(self.subscription.state, "active")
        with freeze_time("2026-05-01 18:00:00"):
            self.subscription._turn_day(self.roma)
        self.assertEqual((self.subscription.state, self.member.stage), ("cancelled", "former"))

    def test_asking_twice_keeps_the_first_folio(self):
        self._begin()
        self.subscription._cancel()
        folio = self.subscription.cancel_folio
        self.subscription._cancel()
        self.assertEqual(self.subscription.cancel_folio, folio)

    def test_leaving_at_once_ends_access_today(self):
        self._begin()
        self.subscription._cancel(at="now")
        self.assertRecordValues(
            self.subscription, [{"state": "cancelled", "date_end": date(2026, 4, 11), "next_bill_date": False}]
        )
        self.assertEqual(len(self.subscription.due_ids), 1)

    def test_the_desk_may_pay_the_days_left_back(self):
        invoice = self._begin()
        preview = self.subscription._preview_cancel("now", is_rest_refunded=True)
        move = self.subscription._cancel(at="now", is_rest_refunded=True)
        self.assertEqual([line["amount"] for line in preview["lines"]], [-400])
        self.assertRecordValues(
            move, [{"move_type": "out_refund", "amount_total": 400, "reversed_entry_id": invoice.id}]
        )
        self.assertEqual(invoice.amount_residual, 200)

    def test_the_notice_bills_the_periods_that_begin_before_it_is_over(self):
        self.plan.notice_days = 30
        self._begin()
        self.assertEqual(self.subscription._preview_cancel()["date_end"], date(2026, 6, 1))
        self.subscription._cancel()
        self.assertEqual(
            (self.subscription.next_bill_date, self.subscription._get_next_bill()["amount"]), (date(2026, 5, 1), 600)
        )
        self.subscription._advance(self.subscription._get_next_periods())
        self.assertIsNone(self.subscription._get_next_bill())

    def test_leaving_before_the_term_costs_the_signed_fee_only(self):
        self.plan.write({"term_periods": 12, "termination_fee_kind": "fixed", "termination_fee": 1000})
        self._begin()
        self.plan.termination_fee = 5000
        preview = self.subscription._preview_cancel()
        move = self.subscription._cancel()
        self.assertEqual([line["amount"] for line in preview["lines"]], [1000])
        self.assertEqual((move.amount_total, move.state), (1000, "posted"))

    def test_the_fee_can_be_let_pass(self):
        self.plan.write({"term_periods": 12, "termination_fee_kind": "fixed", "termination_fee": 1000})
        self._begin()
        self.assertFalse(self.subscription._cancel(is_fee_waived=True))
        self.assertEqual(self.subscription.date_end, date(2026, 5, 1))

    def test_after_the_term_leaving_is_free(self):
        self.plan.write({"term_periods": 1, "termination_fee_kind": "fixed", "termination_fee": 1000})
        self._begin()
        self.assertFalse(self.subscription._cancel())

    def test_a_trial_ends_with_nothing_to_pay(self):
        self.plan.write({"trial_days": 14, "enrolment_fee": 300})
        self._begin()
        self.subscription._cancel()
        self.assertEqual(self.subscription.due_ids.mapped("state"), ["void"])
        self.assertEqual((self.subscription.date_end, self.subscription.next_bill_date), (date(2026, 4, 15), False))

    def test_who_joined_online_withdraws_within_five_business_days(self):
        invoice = self._begin(channel="online")
        with freeze_time("2026-04-09 18:00:00"):  # 2 and 3 April are Holy Week, yet business days by law
            self.assertFalse(self.subscription._may_withdraw())
            with self.assertRaisesRegex(UserError, "five business days"):
                self.subscription._cancel(at="withdrawal")
            self.assertEqual((self.subscription.state, self.subscription.cancel_folio), ("active", False))
        with freeze_time("2026-04-08 18:00:00"):
            self.assertTrue(self.subscription._may_withdraw())
            move = self.subscription._cancel(at="withdrawal", by="member")
        self.assertRecordValues(
            move, [{"move_type": "out_refund", "amount_total": 600, "reversed_entry_id": invoice.id}]
        )
        self.assertRecordValues(self.subscription, [{"state": "cancelled", "is_withdrawal": True}])
        self.assertEqual(invoice.payment_state, "reversed")

    def test_who_joined_at_the_desk_does_not_withdraw(self):
        self._begin()
        with freeze_time("2026-04-02 18:00:00"):
            self.assertFalse(self.subscription._may_withdraw())

    def test_a_cancellation_taken_back_leaves_everything_as_it_was(self):
        self.plan.write({"term_periods": 12, "termination_fee_kind": "fixed", "termination_fee": 1000})
        self._begin()
        fields = ["state", "date_end", "next_bill_date", "cancel_folio", "cancel_requested_at", "period_end"]
        before = self.subscription.read(fields)
        fee = self.subscription._cancel()
        credit = self.subscription._reactivate()
        self.assertEqual(self.subscription.read(fields), before)
        self.assertEqual((credit.reversed_entry_id, fee.payment_state), (fee, "reversed"))

    def test_coming_back_while_days_are_paid_costs_nothing(self):
        self._begin()
        self.subscription._cancel(at="now")
        self.assertFalse(self.subscription._reactivate())
        self.assertRecordValues(
            self.subscription,
            [
                {
                    "state": "active",
                    "period_end": date(2026, 5, 1),
                    "next_bill_date": date(2026, 5, 1),
                    "date_end": False,
                }
            ],
        )

    def test_coming_back_later_begins_a_period_at_today_s_price(self):
        self._begin()
        self.subscription._cancel(at="now")
        self.env["gym.plan.price"].create({"plan_id": self.plan.id, "amount": 700, "valid_from": "2026-05-01"})
        with freeze_time("2026-06-10 18:00:00"):
            preview = self.subscription._preview_reactivate()
            move = self.subscription._reactivate()
        self.assertEqual([line["amount"] for line in preview["lines"]], [700])
        self.assertEqual((move.amount_total, self.subscription.period_end), (700, date(2026, 7, 10)))
        self.assertEqual(self.member.stage, "active")

    def test_who_goes_on_has_nothing_to_take_back(self):
        self._begin()
        with self.assertRaisesRegex(UserError, "nothing to take back"):
            self.subscription._reactivate()

    def test_the_receipt_is_mailed_once_with_its_pdf(self):
        self._begin()
        self.member.email = "jose@example.com"
        self.subscription._cancel(reason=self.reason)
        render = "odoo.addons.base.models.ir_actions_report.IrActionsReport._render_qweb_pdf"
        with patch(render, return_value=(b"%PDF-1.4", "pdf")):
            self.subscription._send_cancel_receipt()
            self.subscription._send_cancel_receipt()
        mail = self.env["mail.mail"].search([("model", "=", "gym.subscription"), ("res_id", "=", self.subscription.id)])
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.recipient_ids, self.member.partner_id)
        self.assertIn(self.subscription.cancel_folio, mail.subject)
        self.assertEqual(mail.attachment_ids.mapped("raw"), [b"%PDF-1.4"])

    def test_the_receipt_says_folio_and_last_day(self):
        self._begin()
        self.subscription._cancel(reason=self.reason, by="member")
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("gym_subscriptions.gym_cancellation_report", self.subscription.ids)[0]
            .decode()
        )
        self.assertIn(self.subscription.cancel_folio, html)
        self.assertIn("30/04/2026", html)

    def test_an_offer_is_made_only_when_it_can_be_kept(self):
        self._begin()
        self.assertIsNone(self.reason._get_offer(self.subscription))
        self.plan.freeze_days_per_year = 30
        self.assertEqual(self.reason._get_offer(self.subscription)["kind"], "freeze")
        costly = self.env.ref("gym_subscriptions.cancel_reason_price")
        self.assertIsNone(costly._get_offer(self.subscription))
        self._create_plan(name="Basic", tier=0)
        self.assertEqual(costly._get_offer(self.subscription)["kind"], "downgrade")
