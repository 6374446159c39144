from datetime import date
from decimal import Decimal

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import format_date

from .common import GymSubscriptionsCommon

CALENDAR = ["state", "period_start", "period_end", "next_bill_date", "date_term_end", "date_end", "date_anchor"]


@tagged("post_install", "-at_install")
class TestSubscriptionFreeze(GymSubscriptionsCommon):
    def setUp(self):
        super().setUp()
        self.plan.price_ids.amount = 600
        self.plan.write({"freeze_days_per_year": 30, "freeze_min_days": 7})
        with freeze_time("2026-04-01 18:00:00"):
            self.subscription = self._create_subscription()
            self.subscription._activate()
        self.enterContext(freeze_time("2026-04-11 18:00:00"))

    def _say(self, *day):
        return format_date(self.env, date(*day))

    def _calendar(self):
        return self.subscription.read(CALENDAR)

    def test_a_freeze_moves_what_was_paid_by_its_days(self):
        self.subscription._freeze("2026-04-11", "2026-04-21")
        self.assertRecordValues(
            self.subscription,
            [{"state": "frozen", "period_end": date(2026, 5, 11), "next_bill_date": date(2026, 5, 11)}],
        )
        self.assertEqual(self.member.stage, "frozen")
        with freeze_time("2026-04-21 18:00:00"):
            self.subscription._turn_day(self.roma)
        self.assertEqual((self.subscription.state, self.subscription.freeze_ids.state), ("active", "done"))
        self.assertEqual(self.subscription.period_end, date(2026, 5, 11))
        bill = self.subscription._get_next_bill()
        # from 11 May to the next 1st: 21 of the 31 days of May
        self.assertEqual((bill["date"], bill["amount"]), (date(2026, 5, 11), Decimal("406.45")))

    def test_a_freeze_ended_on_its_first_day_leaves_everything_as_it_was(self):
        before = self._calendar()
        self.subscription._freeze("2026-04-11", "2026-04-21")
        self.subscription._unfreeze()
        self.assertEqual(self._calendar(), before)
        self.assertEqual(self.subscription.freeze_ids.state, "undone")
        self.assertEqual(self.subscription._get_freeze_days_left(), 30)

    def test_coming_back_early_gives_the_other_days_back_to_the_gym(self):
        self.subscription._freeze("2026-04-11", "2026-04-25")
        with freeze_time("2026-04-15 18:00:00"):
            self.subscription._unfreeze()
        self.assertEqual(self.subscription.period_end, date(2026, 5, 5))
        self.assertEqual(self.subscription._get_freeze_days_left(), 26)

    def test_what_is_said_of_the_next_charge_is_what_happens(self):
        """In the preview, the form, the list, the portal and the closure: all of them name the day that comes."""
        first, last = date(2026, 5, 5), date(2026, 5, 13)
        facts = self.subscription._preview_freeze(first, last)["facts"]
        self.assertIn(f"The next payment stays on {self._say(2026, 5, 1)}.", facts)
        self.assertIn(f"The one after it moves from {self._say(2026, 6, 1)} to {self._say(2026, 6, 9)}.", facts)
        self.subscription._freeze(first, last)
        self.assertEqual(self.subscription.date_next_payment, date(2026, 5, 1))
        self.assertEqual(self.subscription._get_portal_next_bill()["date"], date(2026, 5, 1))
        with freeze_time("2026-05-01 18:00:00"):
            self.env["gym.billing.engine"]._bill(self.subscription)
            self.assertEqual(self.subscription.date_next_payment, date(2026, 6, 9))
        with freeze_time("2026-05-05 18:00:00"):
            self.subscription._turn_day(self.roma)
            self.assertEqual(self.subscription.next_bill_date, date(2026, 6, 9))
            self.assertEqual(self.subscription.date_paid_last, date(2026, 6, 8))

    def test_a_freeze_before_the_charge_moves_it_everywhere(self):
        facts = self.subscription._preview_freeze(date(2026, 4, 20), date(2026, 4, 30))["facts"]
        self.assertIn(f"The next payment moves to {self._say(2026, 5, 11)}.", facts)
        self.subscription._freeze("2026-04-20", "2026-04-30")
        self.assertEqual(self.subscription.date_next_payment, date(2026, 5, 11))
        self.assertEqual(self.subscription._get_next_bill()["date"], date(2026, 5, 11))

    def test_a_planned_freeze_begins_on_its_day(self):
        self.subscription._freeze("2026-04-20", "2026-04-30")
        self.assertEqual((self.subscription.state, self.subscription.period_end), ("active", date(2026, 5, 1)))
        with freeze_time("2026-04-20 18:00:00"):
            self.subscription._turn_day(self.roma)
        self.assertEqual((self.subscription.state, self.subscription.period_end), ("frozen", date(2026, 5, 11)))

    def test_a_job_that_is_late_ends_a_freeze_that_never_began(self):
        self.subscription._freeze("2026-04-20", "2026-04-30")
        with freeze_time("2026-05-03 18:00:00"):
            self.subscription._turn_day(self.roma)
        self.assertEqual((self.subscription.state, self.subscription.period_end), ("active", date(2026, 5, 11)))

    def test_days_that_passed_need_the_right(self):
        before = self._calendar()
        with self.assertRaisesRegex(UserError, "today at the earliest"):
            self.subscription._freeze("2026-04-02", "2026-04-10")
        self.assertEqual(self._calendar(), before)
        self.subscription._freeze("2026-04-02", "2026-04-10", may_go_back=True)
        self.assertEqual((self.subscription.state, self.subscription.period_end), ("active", date(2026, 5, 9)))

    def test_a_freeze_that_may_not_be_says_every_reason(self):
        self.subscription._freeze("2026-05-01", "2026-05-21")
        self.plan.is_freeze_self_service = False
        with self.assertRaises(UserError) as refused:
            self.subscription._freeze("2026-05-16", "2026-05-31", is_staff=False)
        for why in ("at the front desk", "already a freeze", "Only 10 days"):
            self.assertIn(why, str(refused.exception))
        with self.assertRaisesRegex(UserError, "at least 7 days"):
            self.subscription._freeze("2026-04-11", "2026-04-12")
        self.assertEqual((len(self.subscription.freeze_ids), self.subscription.state), (1, "active"))

    def test_who_owes_does_not_freeze(self):
        self.subscription._transition("fall_due")
        with self.assertRaisesRegex(UserError, "have to be paid"):
            self.subscription._freeze("2026-04-11", "2026-04-21")
        self.assertFalse(self.subscription.freeze_ids)

    def test_the_fee_is_billed_at_once_and_given_back_when_undone(self):
        self.plan.freeze_fee = 100
        preview = self.subscription._preview_freeze(date(2026, 4, 11), date(2026, 4, 21))
        self.assertEqual([line["amount"] for line in preview["lines"]], [100])
        before = self._calendar()
        freeze = self.subscription._freeze("2026-04-11", "2026-04-21")
        fee = freeze.due_ids.move_id
        self.assertEqual((fee.amount_total, fee.state), (100, "posted"))
        freeze._undo()
        self.assertEqual(self._calendar(), before)
        self.assertEqual(fee.payment_state, "reversed")

    def test_quincenas_cannot_move_so_the_days_are_paid_back(self):
        plan = self._create_plan(name="Quincenal", price=300, period_unit="fortnight", freeze_days_per_year=30)
        with freeze_time("2026-04-01 18:00:00"):
            subscription = self._create_subscription(member_id=self._create_member(name="Ana").id, plan_id=plan.id)
            subscription._activate()
        preview = subscription._preview_freeze(date(2026, 4, 11), date(2026, 4, 19))
        self.assertEqual([line["amount"] for line in preview["lines"]], [-100])  # 5 of 15 days
        subscription._freeze("2026-04-11", "2026-04-19")
        self.assertEqual((subscription.period_end, subscription.next_bill_date), (date(2026, 4, 19), date(2026, 4, 19)))
        bill = subscription._get_next_bill()
        self.assertEqual((bill["date"], bill["amount"]), (date(2026, 4, 19), 140))  # 12 of 15 days, less 100
        with freeze_time("2026-04-13 18:00:00"):
            subscription._unfreeze()
        self.assertEqual(subscription.next_bill_date, date(2026, 4, 16))
        self.assertEqual(subscription._get_next_bill()["amount"], 260)  # 2 of 15 days paid back

    def test_a_payment_during_a_freeze_is_remembered_when_it_ends(self):
        self.subscription._transition("fall_due")
        self.subscription._freeze("2026-04-11", "2026-04-21", is_mass=True)
        self.assertEqual((self.subscription.state, self.subscription.resume_state), ("frozen", "past_due"))
        self.subscription._transition("settle")
        self.subscription._unfreeze()
        self.assertEqual(self.subscription.state, "active")

    def test_the_minimum_term_moves_with_a_freeze(self):
        self.subscription.sudo().date_term_end = "2027-04-01"
        self.subscription._freeze("2026-04-11", "2026-04-21")
        self.assertEqual(self.subscription.date_term_end, date(2027, 4, 11))

    def test_an_upgrade_after_a_freeze_counts_the_days_that_are_left(self):
        plus = self._create_plan(name="Plus", price=900, tier=2)
        self.subscription._freeze("2026-04-11", "2026-04-21")
        with freeze_time("2026-04-21 18:00:00"):
            self.subscription._turn_day(self.roma)
            move = self.subscription._change_plan(plus)
        self.assertEqual(sorted(move.invoice_line_ids.mapped("price_total")), [-400, 600])

    def test_days_frozen_before_the_period_that_they_move_count_in_it(self):
        plus = self._create_plan(name="Plus", price=900, tier=2)
        with freeze_time("2026-05-01 18:00:00"):
            self.env["gym.billing.engine"]._bill(self.subscription)
            self.subscription._freeze("2026-04-20", "2026-04-30", may_go_back=True)
        self.assertEqual(self.subscription.period_end, date(2026, 6, 11))
        with freeze_time("2026-05-31 18:00:00"):
            amounts = [one["amount"] for one in self.subscription._preview_change_plan(plus)["lines"]]
        self.assertEqual(sorted(amounts), [Decimal("-212.90"), Decimal("319.35")])  # 11 of 31 days
        with freeze_time("2026-06-05 18:00:00"):
            lines = self.subscription._preview_cancel("now", is_rest_refunded=True)["lines"]
        self.assertEqual([one["amount"] for one in lines], [Decimal("-116.13")])  # 6 of 31 days

    def test_past_quincenas_are_paid_back_too(self):
        plan = self._create_plan(name="Quincenal", price=300, period_unit="fortnight", freeze_days_per_year=30)
        with freeze_time("2026-03-14 18:00:00"):
            subscription = self._create_subscription(member_id=self._create_member(name="Ana").id, plan_id=plan.id)
            subscription._activate()
        for day in ("2026-03-16", "2026-04-01"):
            with freeze_time(f"{day} 18:00:00"):
                self.env["gym.billing.engine"]._bill(subscription)
        preview = subscription._preview_freeze(date(2026, 3, 14), date(2026, 4, 5), may_go_back=True)
        amounts = sorted(line["amount"] for line in preview["lines"])
        self.assertEqual(amounts, [-300, -80, -40])  # a quincena, 4 of 15 days, the stub
        freeze = subscription._freeze("2026-03-14", "2026-04-05", may_go_back=True)
        self.assertEqual(sorted(freeze.due_ids.mapped("amount")), amounts)
        freeze._undo()
        self.assertEqual(set(freeze.due_ids.mapped("state")), {"void"})

    def test_days_that_nobody_paid_for_are_said_to_give_nothing_back(self):
        plan = self._create_plan(name="Quincenal", price=0, period_unit="fortnight", freeze_days_per_year=30)
        with freeze_time("2026-04-01 18:00:00"):
            subscription = self._create_subscription(member_id=self._create_member(name="Ana").id, plan_id=plan.id)
            subscription._activate()
        preview = subscription._preview_freeze(date(2026, 4, 11), date(2026, 4, 19))
        self.assertIn("Nothing is paid back", " ".join(preview["facts"]))

    def test_a_quincena_that_was_never_billed_begins_later(self):
        plan = self._create_plan(name="Quincenal", price=300, period_unit="fortnight", freeze_days_per_year=30)
        subscription = self._create_subscription(
            member_id=self._create_member(name="Ana").id, plan_id=plan.id, channel="import"
        )
        subscription._transition(
            "activate",
            price_id=plan.price_ids.id,
            date_start="2026-01-01",
            date_anchor="2026-01-01",
            next_bill_date="2026-04-16",
        )
        self.assertFalse(subscription._preview_freeze(date(2026, 4, 11), date(2026, 4, 19))["lines"])
        subscription._freeze("2026-04-11", "2026-04-19")
        bill = subscription._get_next_bill()
        self.assertEqual((bill["date"], bill["amount"]), (date(2026, 4, 24), 140))  # 7 of the 15 days
