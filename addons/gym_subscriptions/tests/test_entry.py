from odoo import Command, fields
from odoo.tests import freeze_time, tagged

from ..domain.entry import Objection
from .common import GymSubscriptionsCommon

JOINED = "2026-03-10 18:00:00"  # noon of a Tuesday in Mexico City


@tagged("post_install", "-at_install")
class TestEntry(GymSubscriptionsCommon):
    """Who may enter, and all that speaks against it, with words and a way out."""

    def setUp(self):
        super().setUp()
        self.clock = self.enterContext(freeze_time(JOINED))
        self.subscription = self._create_subscription()
        self.subscription._activate()

    def _get_codes(self, subscription=None, location=None):
        one = subscription or self.subscription
        found = one._get_entry_objections(location or self.roma, fields.Datetime.now())[one.id]
        return [objection.code for objection in found]

    def test_whoever_is_running_may_enter(self):
        self.assertEqual(self._get_codes(), [])

    def test_another_branch_needs_a_plan_that_opens_it(self):
        self.assertEqual(self._get_codes(location=self.gdl), ["wrong_branch"])
        self.plan.access_scope = "all"
        self.assertEqual(self._get_codes(location=self.gdl), [])

    def test_days_before_during_and_after(self):
        later = self._create_subscription(date_start="2026-04-01")
        later._activate()
        self.assertEqual(self._get_codes(later), ["not_started"])
        self.plan.freeze_days_per_year = 30
        self.subscription._freeze(fields.Date.to_date("2026-03-10"), fields.Date.to_date("2026-03-20"))
        self.assertEqual(self._get_codes(), ["frozen"])
        self.subscription._cancel(at="now")
        self.assertEqual(self._get_codes(), ["ended"])

    def test_hours_of_the_plan_and_of_the_branch(self):
        mornings = self.env["resource.calendar"].create(
            {
                "name": "Mornings",
                "company_id": self.company.id,
                "attendance_ids": [
                    Command.create({"name": day, "dayofweek": day, "hour_from": 6, "hour_to": 11}) for day in "0123456"
                ],
            }
        )
        self.plan.access_calendar_id = mornings
        self.assertEqual(self._get_codes(), ["outside_hours"])
        self.clock.move_to("2026-03-10 16:30:00")
        self.assertEqual(self._get_codes(), [])
        self.env["gym.location.closure"].create(
            {"location_id": self.roma.id, "date_start": "2026-03-10", "reason": "Inventory"}
        )
        self.assertEqual(self._get_codes(), ["branch_closed"])

    def test_every_objection_has_its_words(self):
        for code in self.subscription._get_entry_texts():
            with self.subTest(code):
                values = {"day": fields.Date.to_date("2026-03-20"), "amount": 499.0}
                text = self.subscription._explain_entry(Objection(code, values=values))
                self.assertTrue(text["reason"] and text["remedy"])
                self.assertNotIn("%", text["reason"] + text["remedy"])

    def test_a_member_enters_by_the_right_that_lets_them_in(self):
        stranger = self._create_member(name="Nobody")
        ended = self._create_subscription(plan_id=self._create_plan(name="Old").id)
        ended._activate()
        ended._cancel(at="now")
        members = self.member | stranger
        entries = members._get_entry(self.roma, fields.Datetime.now())
        self.assertEqual(entries[self.member.id], (self.subscription.sudo(), ()))
        right, objections = entries[stranger.id]
        self.assertFalse(right)
        self.assertEqual([one.code for one in objections], ["no_plan"])

    def test_thirty_cost_as_many_queries_as_three(self):
        def count(subscriptions):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            subscriptions._get_entry_objections(self.roma, fields.Datetime.now())
            return self.env.cr.sql_log_count - before

        many = self.env["gym.subscription"]
        for number in range(30):
            many |= self._create_subscription(member_id=self._create_member(name=f"Member {number}").id)
        for one in many:
            one._activate()
        count(many)
        self.assertEqual(count(many), count(many[:3]))
