from psycopg2 import Error

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import AccessCommon


@tagged("post_install", "-at_install")
class TestCheckin(AccessCommon):
    """Somebody comes in: written once, counted once, and one visit less."""

    def _get_inside(self, location=None):
        return self.env["gym.access.presence"].search([("location_id", "=", (location or self.roma).id)])

    def test_a_visit_is_written_and_counted(self):
        visit = self._check_in()
        self.assertEqual((visit.outcome, visit.direction, visit.method), ("allow", "in", "desk"))
        self.assertEqual(visit.right_key, f"subscription:{self.subscription.id}")
        self.assertEqual(self._get_inside().member_id, self.member)
        self.assertEqual(self.member.visit_count, 1)
        events = self.env["gym.event"].search([("member_id", "=", self.member.id), ("type", "=", "visit.entered")])
        self.assertEqual(len(events), 1)

    def test_one_act_repeated_is_one_visit(self):
        self.plan.visits_per_period = 8
        first = self._check_in("same")
        self.assertEqual(self._check_in("same"), first)
        self.assertEqual(len(self._get_visits()), 1)
        self.assertEqual(self.env["gym.allowance.entry"].search_count([("member_id", "=", self.member.id)]), 1)

    def test_a_day_has_one_entry_in_the_history(self):
        self._check_in("a")
        self._go_to(hours=3)
        self._check_in("b")
        events = self.env["gym.event"].search([("member_id", "=", self.member.id), ("type", "=", "visit.entered")])
        self.assertEqual(len(events), 1)
        self.assertEqual(len(self._get_visits()), 2)

    def test_a_refusal_is_written_and_counts_nobody(self):
        stranger = self._create_member(name="Nobody")
        visit = self._check_in(member=stranger)
        self.assertEqual((visit.outcome, visit.visits_taken), ("refuse", 0))
        self.assertIn("no plan", visit.with_context(lang="en_US").reason_text)
        self.assertFalse(self._get_inside())
        events = self.env["gym.event"].search([("member_id", "=", stranger.id), ("type", "=", "visit.refused")])
        self.assertEqual(len(events), 1)

    def test_visits_of_a_period_are_used_up_and_begin_again(self):
        self.plan.visits_per_period = 2
        self.policy.reentry_minutes = 60
        self._check_in("a")
        self._go_to(minutes=30)
        self.assertEqual(self._check_in("b").visits_taken, 0)  # a free return
        self._go_to(days=1)
        self.assertEqual(self._check_in("c").visits_taken, 1)
        self._go_to(days=1)
        refused = self._check_in("d")
        self.assertEqual(refused.outcome, "refuse")
        self.assertEqual(self._codes(), ["visits_used"])
        self.clock.move_to("2026-04-10 18:00:00")
        self.assertEqual(self._codes(), [])

    def test_a_refusal_turns_round_the_moment_a_fact_changes(self):
        self.plan.visits_per_period = 1
        self._check_in("a")
        self._go_to(days=1)
        grants = self.env["gym.access.grant"]
        grants._refresh(self.member, self.roma)
        self.assertFalse(self.member._look_up_access(self.roma)[self.member.id].lets_in)
        self.plan.visits_per_period = 2
        self.assertTrue(self.member._look_up_access(self.roma)[self.member.id].lets_in)

    def test_opening_anyway_has_a_reason_and_a_limit(self):
        stranger = self._create_member(name="Nobody")
        why = self.env.ref("gym_access.override_reason_courtesy")
        self.policy.override_limit = 1
        desk = stranger.with_user(self.frontdesk)
        visit, _decision = desk._check_in(self.roma, "a", override=why)
        self.assertEqual((visit.outcome, visit.override_reason_id, visit.user_id), ("override", why, self.frontdesk))
        self.assertIn(stranger, self._get_inside().member_id)
        with self.assertRaises(UserError):
            desk._check_in(self.roma, "b", override=why)
        self.assertEqual(len(self._get_visits(stranger)), 1)
        stranger.with_user(self.manager)._check_in(self.roma, "c", override=why)
        self.assertEqual(len(self._get_visits(stranger)), 2)

    def test_who_is_inside_is_in_one_place(self):
        self.plan.access_scope = "all"
        self._check_in("a")
        self._check_in("b", location=self.gdl)
        self.assertFalse(self._get_inside())
        self.assertEqual(self._get_inside(self.gdl).member_id, self.member)

    def test_entering_twice_by_policy(self):
        self._check_in("a")
        for kind, outcome in (("off", "allow"), ("warn", "warn"), ("block", "refuse")):
            self.policy.anti_passback = kind
            self.assertEqual(self._decide().outcome, outcome, kind)
        self.policy.write({"anti_passback": "timed", "timed_minutes": 15})
        self.assertEqual(self._codes(), ["too_soon"])
        self._go_to(minutes=15)
        self.assertEqual(self._codes(), [])

    def test_leaving(self):
        self._check_in("a")
        self._get_inside().with_user(self.frontdesk).action_out()
        self.assertFalse(self._get_inside())
        self.assertEqual(self._get_visits().mapped("direction"), ["in", "out"])

    def test_a_trainer_lets_nobody_out(self):
        self._check_in("a")
        with self.assertRaises(AccessError):
            self._get_inside().with_user(self.trainer).action_out()
        self.assertEqual(len(self._get_inside()), 1)

    def test_people_leave_by_themselves(self):
        self.policy.auto_out_hours = 4
        self._check_in("a")
        self._go_to(hours=3)
        self.env["gym.access.presence"]._cron_leave()
        self.assertEqual(len(self._get_inside()), 1)
        self._go_to(hours=2)
        self.env["gym.access.presence"]._cron_leave()
        self.assertFalse(self._get_inside())
        self.assertEqual(self._get_visits()[-1].method, "auto")

    def test_nobody_changes_a_visit(self):
        visit = self._check_in()
        for change in (lambda: visit.write({"outcome": "refuse"}), visit.unlink, lambda: visit.create([{}])):
            with self.assertRaises(AccessError):
                change()
        for statement in ("UPDATE gym_checkin_log SET outcome = 'x'", "DELETE FROM gym_checkin_log"):
            with (
                self.subTest(statement),
                self.assertRaises(Error),
                self.env.cr.savepoint(),
                mute_logger("odoo.sql_db"),
            ):
                self.env.cr.execute(statement)
        self.assertEqual(self._get_visits().outcome, "allow")

    def test_uses_are_only_added(self):
        self.plan.visits_per_period = 8
        self._check_in()
        entry = self.env["gym.allowance.entry"].search([("member_id", "=", self.member.id)])
        with self.assertRaises(AccessError):
            entry.write({"quantity": -1})
        with self.assertRaises(AccessError):
            entry.unlink()
        self.assertEqual(entry.quantity, 1)

    def test_visits_go_after_two_years_and_refusals_after_one(self):
        stranger = self._create_member(name="Nobody")
        self._check_in("a")
        self._check_in("b", member=stranger)
        visits = self.env["gym.checkin"]
        visits._purge_expired(fields.Datetime.add(fields.Datetime.now(), days=366))
        self.assertEqual((len(self._get_visits()), len(self._get_visits(stranger))), (1, 0))
        visits._purge_expired(fields.Datetime.add(fields.Datetime.now(), days=731))
        self.assertFalse(self._get_visits())

    def test_staff_see_the_visits_of_their_branches(self):
        self.plan.access_scope = "all"
        self._check_in("a")
        self._check_in("b", location=self.gdl)
        seen = self.env["gym.checkin"].with_user(self.frontdesk).search([("member_id", "=", self.member.id)])
        self.assertEqual(seen.location_id, self.roma)
        visits = self.env["gym.checkin"].with_user(self.owner)
        self.assertEqual(len(visits.search([("member_id", "=", self.member.id)])), 2)

    def test_a_person_gets_and_loses_their_visits(self):
        self._check_in("a")
        rows = self.member.sudo()._get_personal_data()["visits"]
        self.assertEqual([row["outcome"] for row in rows], ["allow"])
        self.member.sudo()._anonymise_personal_data()
        self.assertFalse(self._get_visits())
        self.assertFalse(self._get_inside())
        self.assertEqual(self.env["gym.checkin"].search_count([("location_id", "=", self.roma.id)]), 1)

    def test_months_have_partitions_of_their_own(self):
        self.clock.move_to("2031-05-10 18:00:00")
        stranger = self._create_member(name="Nobody")
        self._check_in("a", member=stranger)
        self.env.cr.execute("SELECT tableoid::regclass::text FROM gym_checkin_log WHERE member_id = %s", [stranger.id])
        self.assertEqual(self.env.cr.fetchall(), [("gym_checkin_log_2031_05",)])
