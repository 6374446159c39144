from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.gym_access.tests.common import AccessCommon


@tagged("post_install", "-at_install")
class TestSegment(AccessCommon):
    def _found(self, **rules):
        segment = self.env["gym.segment"].create({"name": str(rules), "company_id": self.company.id, **rules})
        self.env.flush_all()
        return self.env["gym.member"].with_user(self.owner).search([("segment_ids", "=", segment.id)])

    def test_who_came_and_who_did_not(self):
        absent = self._create_member(name="Never Came")
        self._check_in()
        often = self._found(visit_rule="at_least", visit_count=1)
        self.assertIn(self.member, often)
        self.assertNotIn(absent, often)
        rarely = self._found(visit_rule="at_most", visit_count=0)
        self.assertIn(absent, rarely)
        self.assertNotIn(self.member, rarely)

    def test_visits_of_long_ago_do_not_count(self):
        self._check_in()
        self._go_to(days=31)
        self.assertNotIn(self.member, self._found(visit_rule="at_least", visit_count=1))
        self.assertIn(self.member, self._found(visit_rule="at_least", visit_count=1, visit_days=60))

    def test_what_cannot_be_counted_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "730"):
            self._found(visit_rule="at_least", visit_days=0)
