from datetime import date

from psycopg2 import IntegrityError

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..models.money import to_decimal
from .common import GymSubscriptionsCommon

CALENDAR = ["state", "date_end", "next_bill_date", "period_end", "is_auto_renewing", "date_trial_end"]


@tagged("post_install", "-at_install")
class TestSubscriptionReturn(GymSubscriptionsCommon):
    """A cancellation taken back before it took effect leaves what was signed as it was."""

    def setUp(self):
        super().setUp()
        self.plan.price_ids.amount = 600
        self.clock = self.enterContext(freeze_time("2026-04-01 18:00:00"))

    def _go_to(self, day):
        self.clock.move_to(f"{day} 18:00:00")

    def _leave_and_return(self, subscription):
        before = subscription.read(CALENDAR)
        subscription._cancel()
        preview = subscription._preview_reactivate()
        moves = subscription._reactivate()
        self.assertEqual(subscription.read(CALENDAR), before)
        self.assertEqual(
            sorted(line["amount"] for line in preview["lines"]),
            sorted(-to_decimal(move.amount_total) for move in moves),
        )
        return preview

    def test_the_enrolment_of_a_trial_stays_due(self):
        self.plan.write({"trial_days": 7, "enrolment_fee": 300})
        subscription = self._create_subscription()
        subscription._activate()
        self._leave_and_return(subscription)
        self.assertEqual(subscription.due_ids.mapped("state"), ["pending"])
        self.assertEqual(subscription._get_next_bill()["amount"], 900)

    def test_a_trial_that_was_left_at_once_does_not_make_the_enrolment_free(self):
        self.plan.write({"trial_days": 7, "enrolment_fee": 300})
        subscription = self._create_subscription()
        subscription._activate()
        subscription._cancel(at="now")
        preview = subscription._preview_reactivate()
        moves = subscription._reactivate()
        self.assertEqual(sorted(line["amount"] for line in preview["lines"]), [300, 600])
        self.assertEqual(moves.amount_total, 900)

    def test_a_trial_that_ends_by_itself_still_does(self):
        self.plan.write({"trial_days": 7, "trial_outcome": "end"})
        subscription = self._create_subscription()
        subscription._activate()
        self._leave_and_return(subscription)
        self.assertEqual((subscription.date_end, subscription.next_bill_date), (date(2026, 4, 8), False))

    def test_a_gift_still_ends_with_what_was_paid_for_it(self):
        giver = self.env["res.partner"].create({"name": "Tía"})
        subscription = self._create_subscription()
        subscription.sudo().gift_partner_id = giver
        subscription._activate(gift_periods=1)
        self._leave_and_return(subscription)
        subscription._cancel(at="now")
        subscription._reactivate()
        self.assertRecordValues(
            subscription,
            [{"date_end": date(2026, 5, 1), "next_bill_date": False, "is_auto_renewing": False, "state": "active"}],
        )

    def test_planned_changes_and_freezes_come_back_with_it(self):
        self.plan.freeze_days_per_year = 30
        basic = self._create_plan(name="Basic", price=300, tier=0)
        subscription = self._create_subscription()
        subscription._activate()
        subscription._change_plan(basic, "period_end")
        freeze = subscription._freeze("2026-04-20", "2026-04-30")
        self._leave_and_return(subscription)
        self.assertEqual((freeze.state, subscription.change_ids.state), ("planned", "planned"))
        self.assertEqual(subscription._get_next_bill()["amount"], 300)

    def test_asking_to_leave_twice_costs_the_fee_once(self):
        self.plan.write({"term_periods": 12, "termination_fee_kind": "fixed", "termination_fee": 1000})
        subscription = self._create_subscription()
        subscription._activate()
        self._go_to("2026-04-11")
        self.assertEqual(subscription._cancel().amount_total, 1000)
        self.assertEqual(subscription._preview_cancel("now")["lines"], [])
        self.assertFalse(subscription._cancel(at="now"))
        self.assertEqual(subscription.state, "cancelled")

    def test_who_got_the_rest_back_returns_on_the_same_day(self):
        addon = self._create_addon(cycle="own", plan_ids=[(6, 0, self.plan.ids)])
        subscription = self._create_subscription()
        subscription._activate()
        subscription._add_addon(addon)
        subscription._cancel(at="now", is_rest_refunded=True)
        self.assertEqual(subscription.state, "cancelled")
        moves = subscription._reactivate()
        self.assertEqual((subscription.state, sum(moves.mapped("amount_total"))), ("active", 700))
        self.assertEqual(subscription.period_end, date(2026, 5, 1))
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
            subscription.period_ids.filtered(lambda row: row.kind == "dues" and not row.is_superseded).copy()
