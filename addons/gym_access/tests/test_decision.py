from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from ..domain.decision import decide, look_up, timeline
from ..domain.facts import Context
from ..domain.reasons import SEVERITIES, reason
from .common import AccessCommon


@tagged("post_install", "-at_install")
class TestDecision(AccessCommon):
    """What is known about members becomes the decision about them, at any of their hours."""

    def test_who_is_running_may_enter(self):
        decision = self._decide()
        self.assertEqual((decision.outcome, decision.right), ("allow", f"subscription:{self.subscription.id}"))

    def test_nobody_enters_without_a_plan(self):
        stranger = self._create_member(name="Nobody")
        self.assertEqual(self._codes(stranger), ["no_plan"])

    def test_branches_of_the_plan(self):
        self.assertEqual(self._codes(location=self.gdl), ["wrong_branch"])
        self.plan.access_scope = "all"
        self.assertEqual(self._codes(location=self.gdl), [])

    def test_hours_of_the_plan_with_the_minutes_of_the_policy(self):
        self.plan.access_calendar_id = self._create_hours(6, 11)
        decision = self._decide()
        self.assertEqual(decision.codes, ("outside_hours",))
        opens = fields.Datetime.to_datetime("2026-03-11 11:50:00")  # 05:50 in Mexico City, ten minutes early
        self.assertEqual(decision.reasons[0].values, {"at": opens})
        self.clock.move_to(opens)
        self.assertEqual(self._codes(), [])

    def test_the_branch_is_closed(self):
        self.roma.resource_calendar_id = self._create_hours(6, 11)
        self.assertEqual(self._codes(), ["branch_closed"])
        self.roma.resource_calendar_id = self._create_hours(6, 22)
        self.assertEqual(self._codes(), [])
        self.env["gym.location.closure"].create(
            {"location_id": self.roma.id, "date_start": "2026-03-10", "reason": "Inventory"}
        )
        self.assertEqual(self._codes(), ["branch_closed"])

    def test_a_freeze_ends_at_midnight_of_the_branch(self):
        self.plan.freeze_days_per_year = 30
        self.subscription._freeze(fields.Date.to_date("2026-03-12"), fields.Date.to_date("2026-03-20"))
        until = fields.Datetime.to_datetime("2026-03-12 06:00:00")
        decision = self._decide()
        self.assertEqual((decision.outcome, decision.until), ("allow", until))
        self.clock.move_to(until)
        self.assertEqual(self._codes(), ["frozen"])

    def test_endings_are_told_apart(self):
        self.subscription._cancel(at="now")
        self.assertEqual(self._codes(), ["ended"])
        trial = self._create_subscription(plan_id=self._create_plan(name="Trial", trial_days=3).id)
        trial.sudo().write({"state": "expired", "date_trial_end": "2026-03-10", "date_end": "2026-03-10"})
        self.subscription.sudo().write({"state": "draft"})
        self.assertEqual(self._codes(), ["trial_ended"])

    def test_a_seat_that_was_given_up(self):
        ana = self._create_member(name="Ana")
        line = {"kind": "seat", "member_id": ana.id, "date_start": "2026-03-01", "date_end": "2026-03-05", "amount": 0}
        self.env["gym.subscription.line"].sudo().create(line | {"subscription_id": self.subscription.id})
        self.assertEqual(self._codes(ana), ["seat_removed"])

    def test_another_company(self):
        self.assertIn("other_company", self._codes(location=self.tijuana))

    def test_who_is_barred_stays_out_until_the_last_day(self):
        self.member.write({"access_ban_reason": "Broke a mirror", "access_ban_until": "2026-03-11"})
        self.assertEqual(self._codes(), ["banned"])
        self.clock.move_to("2026-03-12 18:00:00")
        self.assertEqual(self._codes(), [])

    def test_minors_guardians_and_birthdays(self):
        self.policy.minor_severity = "block"
        self.member.birthdate = "2010-03-10"
        self.assertEqual(self._codes(), ["minor_alone", "guardian_missing", "birthday"])
        guardian = self._create_member(name="Marta")
        self.member.guardian_id = guardian.partner_id
        self.assertEqual(self._codes(), ["minor_alone", "birthday"])
        self.env["gym.access.presence"]._enter(self.roma, fields.Datetime.now(), member=guardian)
        self.assertEqual(self._codes(), ["birthday"])

    def test_photos_and_documents(self):
        self.policy.write({"photo_severity": "warn", "waiver_severity": "block"})
        self.env["gym.consent.document"].search([("company_id", "=", self.company.id)]).sudo().write({"active": False})
        self.assertEqual(self._codes(), ["photo_missing"])
        self.assertEqual(self._decide().outcome, "warn")

    def test_a_full_house(self):
        self.roma.capacity = 1
        self.policy.capacity_severity = "block"
        other = self._create_member(name="Ana")
        self.env["gym.access.presence"]._enter(self.roma, fields.Datetime.now(), member=other)
        self.assertEqual(self._codes(), ["full"])

    def test_the_hours_ahead_say_what_is_decided_then(self):
        self.plan.write({"access_calendar_id": self._create_hours(6, 11).id, "freeze_days_per_year": 30})
        self.subscription._freeze(fields.Date.to_date("2026-03-12"), fields.Date.to_date("2026-03-20"))
        now = fields.Datetime.now()
        facts = self.member._get_access_facts(self.roma, now)[self.member.id]
        segments = timeline(facts, now, 72)
        for hours in range(0, 48, 3):
            at = now + timedelta(hours=hours)
            with self.subTest(at=at):
                known = look_up(segments, at)
                self.assertEqual(known, decide(facts, Context(at)))
                fresh = self.member._get_access_facts(self.roma, at)[self.member.id]
                self.assertEqual(known.codes, decide(fresh, Context(at)).codes)

    def test_every_reason_has_its_words(self):
        texts = self.env["gym.access.text"]
        known = set(texts._get_texts())
        # what is owed is put into words by the addon that knows of it
        debts = {"owes", "owes_in_grace", "promised", "disputed"}
        self.assertFalse(set(SEVERITIES) - known - debts)
        day, now = fields.Date.to_date("2026-03-20"), fields.Datetime.now()
        values = {"day": day, "at": now, "used": 8, "limit": 8, "count": 80, "capacity": 80}
        for code in set(SEVERITIES) & known:
            with self.subTest(code):
                text = texts._say(reason(code, documents="Waiver", amount=1.5, **values), "Full", self.roma)
                self.assertTrue(text["reason"] and text["remedy"])
                self.assertNotIn("%", text["reason"] + text["remedy"])

    def test_a_hundred_cost_as_many_queries_as_one(self):
        members = self.env["gym.member"].create(
            [{"name": f"Member {number}", "location_id": self.roma.id} for number in range(100)]
        )
        drafts = self.env["gym.subscription"].create(
            [{"member_id": member.id, "plan_id": self.plan.id} for member in members]
        )
        drafts.sudo().write({"state": "active", "date_start": "2026-03-01"})
        self.plan.visits_per_period = 8
        self.policy.write({"photo_severity": "warn", "waiver_severity": "warn", "anti_passback": "timed"})

        def count(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some._decide_access(self.roma)
            return self.env.cr.sql_log_count - before

        count(members)
        self.assertEqual(count(members), count(members[:1]))

    def test_a_family_enters_by_its_seats(self):
        ana = self._create_member(name="Ana")
        self.plan.write({"kind": "family", "seats_included": 2, "seats_max": 4})
        self.env["gym.subscription.line"].sudo().create(
            {
                "subscription_id": self.subscription.id,
                "kind": "seat",
                "member_id": ana.id,
                "date_start": "2026-03-01",
                "amount": 0,
            }
        )
        self.assertEqual(self._codes(ana), [])
        self.assertEqual(self._decide(ana).right, f"subscription:{self.subscription.id}")

    def test_hours_are_forgotten_when_the_calendar_changes(self):
        calendar = self._create_hours(6, 22)
        self.plan.access_calendar_id = calendar
        grants = self.env["gym.access.grant"]
        grants._refresh(self.member, self.roma)
        self.assertTrue(grants.search([("member_id", "=", self.member.id)]))
        calendar.attendance_ids = [Command.update(row.id, {"hour_to": 11}) for row in calendar.attendance_ids]
        self.assertFalse(grants.search([("member_id", "=", self.member.id)]))
        self.assertEqual(self._codes(), ["outside_hours"])
