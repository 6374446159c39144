from datetime import date

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import InsightsCommon


@tagged("post_install", "-at_install")
class TestSegment(InsightsCommon):
    """Who is in a segment is looked up each time, with the rights of who looks."""

    def setUp(self):
        super().setUp()
        self.segment = self._segment("All")

    def _segment(self, name, user=None, **rules):
        segments = self.env["gym.segment"].with_user(user or self.owner)
        return segments.create({"name": name, "company_id": self.company.id, **rules})

    def _found(self, segment, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        members = self.env["gym.member"].with_user(user or self.owner)
        return members.search([("segment_ids", "=", segment.id)])

    def test_each_rule_finds_its_members(self):
        (one, first), (two, _move) = self._join(), self._join(self.gdl)
        tag = self.env["res.partner.category"].create({"name": "Runner"})
        one.member_id.write({"category_id": [(4, tag.id)], "birthdate": date(1990, 3, 31)})
        two.member_id.birthdate = date(1991, 4, 1)
        two.member_id.date_joined = date(2025, 12, 31)
        other = self._create_plan(name="Mornings")
        three, _move = self._join(plan=other)
        self._go_to("2026-01-20")
        self._pay(first)
        cases = {
            "branch": ({"location_ids": [(4, self.gdl.id)]}, two),
            "plan": ({"plan_ids": [(4, other.id)]}, three),
            "tag": ({"tag_ids": [(4, tag.id)]}, one),
            "owes": ({"debt": "owes"}, two | three),
            "owes nothing": ({"debt": "owes_nothing"}, one),
            "joined": ({"joined_until": "2025-12-31"}, two),
            "birthday": ({"birth_month": "4"}, two),
            "all of it": ({"debt": "owes", "birth_month": "3"}, one.browse()),
        }
        for name, (rules, expected) in cases.items():
            segment = self._segment(name, **rules)
            with self.subTest(name):
                self.assertEqual(self._found(segment) & (one | two | three).member_id, expected.member_id)
                self.assertEqual(segment.member_count, len(self._found(segment)))

    def test_a_member_of_today_is_found_in_a_segment_of_yesterday(self):
        segment = self._segment("Mornings", plan_ids=[(4, self._create_plan(name="Mornings").id)])
        self.assertFalse(self._found(segment))
        joined, _move = self._join(plan=segment.plan_ids)
        self.assertEqual(self._found(segment), joined.member_id)
        self.assertEqual(joined.member_id.with_user(self.owner).segment_ids, self.segment | segment)

    def test_a_segment_is_typed_into_the_search_of_members(self):
        joined, _move = self._join()
        members = self.env["gym.member"].with_user(self.owner)
        self.assertIn(joined.member_id, members.search([("segment_ids", "ilike", "all")]))
        self.assertFalse(members.search([("segment_ids", "ilike", "nobody calls one so")]))
        action = self.segment.action_open_members()
        self.assertEqual(members.search(action["domain"]), self._found(self.segment))

    def test_who_looks_finds_no_more_than_they_may_see(self):
        here, _move = self._join()
        there, _move = self._join(self.gdl)
        found = self._found(self.segment, self.manager)
        self.assertIn(here.member_id, found)
        self.assertNotIn(there.member_id, found)
        self.assertEqual(self.segment.with_user(self.manager).member_count, len(found))
        self.assertEqual(self._found(self.segment, self.frontdesk), found)

    def test_a_segment_of_another_branch_is_not_seen(self):
        segment = self._segment("GDL", location_ids=[(4, self.gdl.id)])
        self.assertNotIn(segment, self.env["gym.segment"].with_user(self.manager).search([]))
        with self.assertRaises(AccessError):
            segment.with_user(self.manager).write({"name": "Mine"})
        self.assertEqual(segment.name, "GDL")

    def test_the_desk_makes_none_and_another_company_sees_none(self):
        before = self.env["gym.segment"].search_count([])
        for user in (self.frontdesk, self.trainer):
            with self.assertRaises(AccessError):
                self._segment("Mine", user)
        self.assertEqual(self.env["gym.segment"].search_count([]), before)
        stranger = self._create_staff("owner", company=self.other_company)
        self.assertFalse(self.env["gym.segment"].with_user(stranger).search([]))

    def test_rules_that_cannot_be_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "after the last"):
            self._segment("Never", joined_from="2026-02-01", joined_until="2026-01-01")
