from odoo import fields
from odoo.tests import tagged

from .common import AccessCommon


@tagged("post_install", "-at_install")
class TestGrants(AccessCommon):
    """What was decided ahead goes the moment a fact changes."""

    def setUp(self):
        super().setUp()
        self.grants = self.env["gym.access.grant"]
        self._refresh()

    def _refresh(self):
        self.grants._refresh(self.member, self.roma)

    def _get_grant(self):
        return self.grants.search([("member_id", "=", self.member.id), ("location_id", "=", self.roma.id)])

    def test_a_grant_answers_for_the_hours_ahead(self):
        self.assertTrue(self.grants._look_up(self.member, self.roma, fields.Datetime.now())[self.member.id].lets_in)
        self._go_to(hours=71)
        self.assertIn(self.member.id, self.grants._look_up(self.member, self.roma, fields.Datetime.now()))
        self._go_to(hours=2)
        self.assertFalse(self.grants._look_up(self.member, self.roma, fields.Datetime.now()))
        self.assertTrue(self.member._look_up_access(self.roma)[self.member.id].lets_in)

    def test_a_grant_goes_when_a_fact_changes(self):
        self.plan.freeze_days_per_year = 30
        day = fields.Date.to_date
        changes = {
            "freeze": lambda: self.subscription._freeze(day("2026-03-20"), day("2026-03-30")),
            "plan": lambda: self.plan.write({"visits_per_period": 8}),
            "closure": lambda: self.env["gym.location.closure"].create(
                {"location_id": self.roma.id, "date_start": "2026-03-12", "reason": "Works"}
            ),
            "hours": lambda: self.roma.write({"resource_calendar_id": self._create_hours(6, 22).id}),
            "policy": lambda: self.policy.write({"minutes_before": 30}),
            "ban": lambda: self.member.write({"access_ban_reason": "x"}),
            "pass": lambda: self._create_pass(member_id=self.member.id, guest_name=False),
            "cancel": lambda: self.subscription._cancel(at="now"),
        }
        for what, change in changes.items():
            self._refresh()
            change()
            with self.subTest(what):
                self.assertFalse(self._get_grant())

    def test_the_night_makes_them_again(self):
        self._get_grant().unlink()
        self.grants._cron_refresh()
        self.assertTrue(self._get_grant())

    def test_a_job_makes_again_what_went(self):
        self.subscription._entry_changed()
        self.assertFalse(self._get_grant())
        self.grants._job_refresh(self.roma.id, self.member.ids)
        self.assertTrue(self._get_grant())

    def test_looking_up_costs_the_same_for_many(self):
        members = self.env["gym.member"].create(
            [{"name": f"Member {number}", "location_id": self.roma.id} for number in range(20)]
        )
        drafts = [{"member_id": member.id, "plan_id": self.plan.id} for member in members]
        self.env["gym.subscription"].create(drafts).sudo().write({"state": "active", "date_start": "2026-03-01"})
        self.grants._refresh(members, self.roma)

        def count(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some._look_up_access(self.roma)
            return self.env.cr.sql_log_count - before

        count(members)
        self.assertEqual(count(members), count(members[:1]))
