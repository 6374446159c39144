from datetime import date, datetime
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.queue_job.tests.common import trap_jobs

from .common import GymSubscriptionsCommon


@tagged("post_install", "-at_install")
class TestGymMassFreeze(GymSubscriptionsCommon):
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

    def _create_mass_freeze(self, **values):
        mass = self.env["gym.mass.freeze"].create(
            {
                "location_id": self.roma.id,
                "date_start": "2026-04-11",
                "date_last": "2026-04-20",
                "reason": "Works",
            }
            | values
        )
        mass = mass.with_context(queue_job__no_delay=True)
        mass.action_prepare()
        return mass

    def test_the_list_shows_everybody_and_why_somebody_is_left_out(self):
        mass = self._create_mass_freeze()
        lines = {line.subscription_id: line for line in mass.line_ids}
        self.assertEqual(set(lines), {self.active, self.owing, self.suspended})
        self.assertEqual(lines[self.suspended].state, "refused")
        self.assertIn("suspended", lines[self.suspended].refusal)
        self.assertEqual(self.active.state, "active")
        self.assertFalse(self.active.freeze_ids)

    def test_everybody_rests_is_told_and_gets_their_days(self):
        mass = self._create_mass_freeze()
        shown = mass.line_ids.filtered(lambda line: line.state == "pending").mapped("next_bill_after")
        mass.action_carry_out()
        self.assertEqual(shown, [self.active.next_bill_date, self.owing.next_bill_date])
        for subscription in (self.active, self.owing):
            self.assertEqual((subscription.state, subscription.next_bill_date), ("frozen", date(2026, 5, 11)))
        self.assertEqual((mass.done_count, mass.refused_count, mass.amount_total), (2, 1, 0))
        self.assertEqual(self.elsewhere.state, "active")
        self.assertFalse(self.roma._is_open_at(datetime(2026, 4, 12, 18)))
        mails = self.env["mail.mail"].search(
            [("model", "=", "gym.mass.freeze.line"), ("res_id", "in", mass.line_ids.ids)]
        )
        self.assertEqual(mails.recipient_ids, self.ana.partner_id | self.beto.partner_id)
        self.assertFalse(self.active.due_ids.filtered(lambda line: line.kind == "freeze_fee"))
        with freeze_time("2026-04-21 18:00:00"):
            self.active._turn_day(self.roma)
        self.assertEqual((self.active.state, self.owing.state), ("active", "past_due"))

    def test_days_that_have_passed_are_asked_about(self):
        mass = self._create_mass_freeze(date_start="2026-03-11", date_last="2026-04-10")
        self.assertTrue(mass.is_over)
        mass.date_last = "2026-04-11"
        self.assertFalse(mass.is_over)

    def test_a_mass_freeze_after_the_next_bill_leaves_it_where_it_is(self):
        mass = self._create_mass_freeze(date_start="2026-05-05", date_last="2026-05-09")
        [line] = mass.line_ids.filtered(lambda line: line.subscription_id == self.active)
        self.assertEqual((line.next_bill_before, line.next_bill_after), (date(2026, 5, 1), date(2026, 5, 1)))
        mass.action_carry_out()
        self.assertEqual(self.active.date_next_payment, date(2026, 5, 1))

    def test_the_credits_shown_are_the_credits_given(self):
        mass = self._create_mass_freeze(mode="credit", is_told=False)
        shown = mass.amount_total
        self.assertEqual(shown, 400)  # 10 of 30 days of 600, for two
        mass.action_carry_out()
        self.assertEqual(mass.amount_total, shown)
        self.assertEqual(self.active.next_bill_date, date(2026, 5, 1))
        self.assertEqual(self.active._get_next_bill()["amount"], 400)

    def test_taking_it_back_leaves_everything_as_it_was(self):
        fields = ["state", "period_end", "next_bill_date", "date_anchor"]
        for mode in ("extend", "credit"):
            with self.subTest(mode=mode):
                before = (self.active | self.owing).read(fields)
                mass = self._create_mass_freeze(mode=mode, is_told=False)
                mass.action_carry_out()
                mass.action_undo()
                self.assertEqual((self.active | self.owing).read(fields), before)
                self.assertEqual(self.active._get_next_bill()["amount"], 600)
                self.assertTrue(self.roma._is_open_at(datetime(2026, 4, 12, 18)))
                self.assertEqual((mass.state, mass.done_count), ("undone", 0))

    def test_what_was_billed_again_stays_and_says_so(self):
        mass = self._create_mass_freeze(is_told=False)
        mass.action_carry_out()
        with freeze_time("2026-05-11 18:00:00"):
            self.active._turn_day(self.roma)
            self.active._advance(self.active._get_next_periods())
            mass.action_undo()
        line = mass.line_ids.filtered(lambda one: one.subscription_id == self.active)
        self.assertEqual((line.state, self.active.freeze_ids.state), ("done", "done"))
        self.assertIn("has been billed again", line.refusal)

    def test_filters_leave_others_alone(self):
        other = self._begin(
            self._create_member(name="Eva"), plan_id=self._create_plan(name="All", access_scope="all").id
        )
        self.assertNotIn(other, self._create_mass_freeze(is_home_only=True).line_ids.subscription_id)
        only = self._create_mass_freeze(plan_ids=[(6, 0, other.plan_id.ids)])
        self.assertEqual(only.line_ids.subscription_id, other)

    def test_only_managers_of_the_branch_close_it(self):
        mass = self._create_mass_freeze()
        with self.assertRaises(AccessError):
            mass.with_user(self.frontdesk).action_carry_out()
        self.manager.gym_location_ids = self.gdl
        with self.assertRaises(AccessError):
            mass.with_user(self.manager).action_carry_out()
        self.assertEqual((mass.state, self.active.state), ("ready", "active"))
        self.manager.gym_location_ids = self.roma
        mass.with_user(self.manager).action_carry_out()
        self.assertEqual(self.active.state, "frozen")

    def test_a_mass_freeze_that_froze_somebody_is_not_deleted(self):
        mass = self._create_mass_freeze(is_told=False)
        mass.action_carry_out()
        with self.assertRaisesRegex(UserError, "Take the closure back"):
            mass.unlink()
        self.assertTrue(mass.exists())

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
                mass = self._create_mass_freeze(mode=mode)
                lines = mass.line_ids.filtered(lambda line: line.subscription_id in trial | free | imported)
                shown = {line.subscription_id: line.next_bill_after for line in lines}
                mass.action_carry_out()
                self.assertEqual(lines.mapped("state"), ["done"] * 3)
                self.assertEqual((trial | free | imported).mapped("state"), ["frozen"] * 3)
                self.assertEqual({one: one.next_bill_date for one in trial | free | imported}, shown)
                self.assertEqual(imported.next_bill_date, date(2026, 5, 11))
                mass.action_undo()
                self.assertEqual(imported.next_bill_date, date(2026, 5, 1))

    def test_one_that_fails_stops_nobody_and_can_be_tried_again(self):
        mass = self._create_mass_freeze(is_told=False)
        freezes = self.env.registry["gym.subscription.freeze"]
        move, owing = freezes._move, self.owing

        def fail(freeze, before, after):
            if freeze.subscription_id == owing:
                raise TypeError("no date")
            return move(freeze, before, after)

        with patch.object(freezes, "_move", fail), mute_logger("odoo.addons.gym_subscriptions.models.gym_mass_freeze"):
            mass.action_carry_out()
        line = mass.line_ids.filtered(lambda one: one.subscription_id == owing)
        self.assertEqual((self.active.state, owing.state, line.state), ("frozen", "past_due", "refused"))
        self.assertFalse(owing.freeze_ids)
        self.assertIn("TypeError: no date", line.refusal)
        mass.with_user(self.manager).with_context(queue_job__no_delay=True).action_retry()
        self.assertEqual((owing.state, line.state, line.refusal), ("frozen", "done", False))
        self.assertEqual(len(self.active.freeze_ids), 1)

    def test_only_managers_try_again(self):
        mass = self._create_mass_freeze(is_told=False)
        mass.action_carry_out()
        with self.assertRaises(AccessError):
            mass.with_user(self.frontdesk).action_retry()
        self.assertEqual(mass.line_ids.mapped("state").count("refused"), 1)

    def test_a_mass_freeze_taken_back_before_its_jobs_ran_freezes_nobody(self):
        mass = self._create_mass_freeze(is_told=False).with_context(queue_job__no_delay=False)
        lines = mass.line_ids.filtered(lambda line: line.state == "pending")
        with trap_jobs() as trap:
            mass.action_carry_out()
            mass.action_undo()
            trap.perform_enqueued_jobs()
        lines._carry_out()
        self.assertEqual(lines.mapped("state"), ["undone", "undone"])
        self.assertEqual((self.active.state, self.owing.state), ("active", "past_due"))
        self.assertFalse((self.active | self.owing).freeze_ids)
