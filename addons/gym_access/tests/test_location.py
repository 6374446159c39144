from odoo import fields
from odoo.tests import tagged

from .common import AccessCommon


@tagged("post_install", "-at_install")
class TestLocation(AccessCommon):
    """How full a branch is, and what its managers hear."""

    def test_members_are_told_in_words_how_full_it_is(self):
        location = self.roma.with_context(lang="en_US")
        self.assertIsNone(location._get_crowd())
        self.roma.capacity = 4
        for number, text in enumerate(("few people now", "few people now", "some people now", "many people now")):
            self.assertEqual(location._get_crowd()["text"], text, number)
            member = self._create_member(name=f"Member {number}")
            self.env["gym.access.presence"]._enter(self.roma, fields.Datetime.now(), member=member)

    def test_a_closed_branch_says_nothing(self):
        self.roma.write({"capacity": 4, "resource_calendar_id": self._create_hours(6, 11).id})
        self.assertIsNone(self.roma._get_crowd())

    def test_managers_hear_the_next_day_who_was_let_in_against_a_refusal(self):
        self.manager.partner_id.email = "manager@example.com"
        stranger = self._create_member(name="Nobody Here")
        why = self.env.ref("gym_access.override_reason_courtesy")
        stranger.with_user(self.frontdesk)._check_in(self.roma, "a", override=why)
        before = self.roma.message_ids
        self.roma._tell_overrides()
        self.assertEqual(self.roma.message_ids, before)
        self._go_to(days=1)
        self.env["gym.location"]._cron_tell_overrides()
        [message] = self.roma.message_ids - before
        self.assertIn("Nobody Here", message.body)
        self.assertIn(self.frontdesk.name, message.body)
        self.assertIn(self.manager.partner_id, message.partner_ids)
