from datetime import date, datetime
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.queue_job.tests.common import trap_jobs

from .common import GymSubscriptionsCommon


@tagged("post_install", "-at_install")
class TestGymClosure(GymSubscriptionsCommon):
    def setUp(self):
        super().setUp()
        self.plan.price_ids.amount = 600
        self.enterContext(freeze_time("2026-04-01 18:00:00"))
        self.ana, self.beto = (self._create_member(name=name, email=f"{name}@example.com") for name in ("ana", "beto"))
        self.active = self._begin(self.ana)
        self.owing = self._begin(self.beto)
        self.owing._transition("fall_due")
        self.elsewhere = self._begin(self._create_member(name="Carla", location_id=self.gdl.id))
        self.suspended = self._begin(self._create_member(name="Dario"))
        self.suspended._transition("suspend")
        self.enterContext(freeze_time("2026-04-11 18:00:00"))

    def _begin(self, member, **values):
        subscription = self._create_subscription(member_id=member.id, **values)
        subscription._activate()
        return subscription

    def _create_closure(self, **values):
        closure = self.env["gym.closure"].create(
            {
                "location_id": self.roma.id,
                "date_start": "2026-04-11",
                "date_last": "2026-04-20",
                "reason": "Works",
            }
            | values
        )
        closure = closure.with_context(queue_job__no_delay=True)
        closure.action_prepare()
        return closure

    def test_the_list_shows_everybody_and_why_somebody_is_left_out(self):
        closure = self._create_closure()
        lines = {line.subscription_id: line for line in closure.line_ids}
        self.assertEqual(set(lines), {self.active, self.owing, self.suspended})
        self.assertEqual(lines[self.suspended].state, "refused")
        self.assertIn("suspended", lines[self.suspended].refusal)
        self.assertEqual(self.active.state, "active")
        self.assertFalse(self.active.freeze_ids)

    def test_everybody_rests_is_told_and_gets_their_days(self):
        closure = self._create_closure()
        shown = closure.line_ids.filtered(lambda line: line.state == "pending").mapped("next_bill_after")
        closure.action_carry_out()
        self.assertEqual(shown, [self.active.next_bill_date, self.owing.next_bill_date])
        for subscription in (self.active, self.owing):
            self.assertEqual((subscription.state, subscription.next_bill_date), ("frozen", date(2026, 5, 11)))
        self.assertEqual((closure.done_count, closure.refused_count, closure.amount_total), (2, 1, 0))
        self.assertEqual(self.elsewhere.state, "active")
        self.assertFalse(self.roma._is_open_at(datetime(2026, 4, 12, 18)))
        mails = self.env["mail.mail"].search(
            [("model", "=", "gym.closure.line"), ("res_id", "in", closure.line_ids.ids)]
        )
        self.assertEqual(mails.recipient_ids, self.ana.partner_id | self.beto.partner_id)
        self.assertFalse(self.active.due_ids.filtered(lambda line: line.kind == "freeze_fee"))
        with freeze_time("2026-04-21 18:00:00"):
            self.active._turn_day(self.roma)
        self.assertEqual((self.active.state, self.owing.state), ("active", "past_due"))

    def test_the_credits_shown_are_the_credits_given(self):
        closure = self._create_closure(mode="credit", is_told=False)
        shown = closure.amount_total
        self.assertEqual(shown, 400)  # 10 of 30 days of 600, for two
        closure.action_carry_out()
        self.assertEqual(closure.amount_total, shown)
        self.assertEqual(self.active.next_bill_date, date(2026, 5, 1))
        self.assertEqual(self.active._get_next_bill()["amount"], 400)

    def test_taking_it_back_leaves_everything_as_it_was(self):
        fields = ["state", "period_end", "next_bill_date", "date_anchor"]
        for mode in ("extend", "credit"):
            with self.subTest(mode=mode):
                before = (self.active | self.owing).read(fields)
                closure = self._create_closure(mode=mode, is_told=False)
                closure.action_carry_out()
                closure.action_undo()
                self.assertEqual((self.active | self.owing).read(fields), before)
                self.assertEqual(self.active._get_next_bill()["amount"], 600)
                self.assertTrue(self.roma._is_open_at(datetime(2026, 4, 12, 18)))
                self.assertEqual((closure.state, closure.done_count), ("undone", 0))

    def test_what_was_billed_again_stays_and_says_so(self):
        closure = self._create_closure(is_told=False)
        closure.action_carry_out()
        with freeze_time("2026-05-11 18:00:00"):
            self.active._turn_day(self.roma)
            self.active._advance(self.active._get_next_periods())
            closure.action_undo()
        line = closure.line_ids.filtered(lambda one: one.subscription_id == self.active)
        self.assertEqual((line.state, self.active.freeze_ids.state), ("done", "done"))
        self.assertIn("has been billed again", line.refusal)

    def test_filters_leave_others_alone(self):
        other = self._begin(
            self._create_member(name="Eva"), plan_id=self._create_plan(name="All", access_scope="all").id
        )
        self.assertNotIn(other, self._create_closure(is_home_only=True).line_ids.subscription_id)
        only = self._create_closure(plan_ids=[(6, 0, other.plan_id.ids)])
        self.assertEqual(only.line_ids.subscription_id, other)

    def test_only_managers_of_the_branch_close_it(self):
        closure = self._create_closure()
        with self.assertRaises(AccessError):
            closure.with_user(self.frontdesk).action_carry_out()
        self.manager.gym_location_ids = self.gdl
        with self.assertRaises(AccessError):
            closure.with_user(self.manager).action_carry_out()
        self.assertEqual((closure.state, self.active.state), ("ready", "active"))
        self.manager.gym_location_ids = self.roma
        closure.with_user(self.manager).action_carry_out()
        self.assertEqual(self.active.state, "frozen")

    def test_a_closure_that_froze_somebody_is_not_deleted(self):
        closure = self._create_closure(is_told=False)
        closure.action_carry_out()
        with self.assertRaisesRegex(UserError, "Take the closure back"):
            closure.unlink()
        self.assertTrue(closure.exists())

    def test_who_was_never_billed_rests_like_the_others(self):
        quincena = self._create_plan(name="Quincena", price=300, period_unit="fortnight", trial_days=20)
        trial = self._begin(self._create_member(name="Trial"), plan_id=quincena.id)
        free = self._create_subscription(member_id=self._create_member(name="Free").id, plan_id=quincena.id)
        free._activate_free("Friend of the house")
        imported = self._create_subscription(
            member_id=self._create_member(name="Imported").id, plan_id=quincena.id, channel="import"
        )
        imported._transition("activate", date_start="2026-01-10", date_anchor="2026-01-10", next_bill_date="2026-05-01")
        for mode in ("credit", "extend"):
            with self.subTest(mode=mode):
                closure = self._create_closure(mode=mode)
                lines = closure.line_ids.filtered(lambda line: line.subscription_id in trial | free | imported)
                shown = {line.subscription_id: line.next_bill_after for line in lines}
                closure.action_carry_out()
                self.assertEqual(lines.mapped("state"), ["done"] * 3)
                self.assertEqual((trial | free | imported).mapped("state"), ["frozen"] * 3)
                self.assertEqual({one: one.next_bill_date for one in trial | free | imported}, shown)
                self.assertEqual(imported.next_bill_date, date(2026, 5, 11))
                closure.action_undo()
                self.assertEqual(imported.next_bill_date, date(2026, 5, 1))

    def test_one_that_fails_stops_nobody_and_can_be_tried_again(self):
        closure = self._create_closure(is_told=False)
        freezes = self.env.registry["gym.subscription.freeze"]
        move, owing = freezes._move, self.owing

        def fail(freeze, before, after):
            if freeze.subscription_id == owing:
                raise TypeError("no date")
            return move(freeze, before, after)

        with patch.object(freezes, "_move", fail), mute_logger("odoo.addons.gym_subscriptions.models.gym_closure"):
            closure.action_carry_out()
        line = closure.line_ids.filtered(lambda one: one.subscription_id == owing)
        self.assertEqual((self.active.state, owing.state, line.state), ("frozen", "past_due", "refused"))
        self.assertFalse(owing.freeze_ids)
        self.assertIn("TypeError: no date", line.refusal)
        closure.with_user(self.manager).with_context(queue_job__no_delay=True).action_retry()
        self.assertEqual((owing.state, line.state, line.refusal), ("frozen", "done", False))
        self.assertEqual(len(self.active.freeze_ids), 1)

    def test_only_managers_try_again(self):
        closure = self._create_closure(is_told=False)
        closure.action_carry_out()
        with self.assertRaises(AccessError):
            closure.with_user(self.frontdesk).action_retry()
        self.assertEqual(closure.line_ids.mapped("state").count("refused"), 1)

    def test_a_closure_taken_back_before_its_jobs_ran_freezes_nobody(self):
        closure = self._create_closure(is_told=False).with_context(queue_job__no_delay=False)
        lines = closure.line_ids.filtered(lambda line: line.state == "pending")
        with trap_jobs() as trap:
            closure.action_carry_out()
            closure.action_undo()
            trap.perform_enqueued_jobs()
        lines._carry_out()
        self.assertEqual(lines.mapped("state"), ["undone", "undone"])
        self.assertEqual((self.active.state, self.owing.state), ("active", "past_due"))
        self.assertFalse((self.active | self.owing).freeze_ids)
