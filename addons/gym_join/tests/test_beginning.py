from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from odoo.addons.gym_subscriptions.tests.common import GymSubscriptionsCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-04-10 18:00:00")
class TestBeginningAtTheDesk(GymSubscriptionsCommon):
    def test_at_the_desk_and_online_it_is_asked_about(self):
        first = self._create_subscription()
        first._activate()
        values = {"member_id": self.member.id, "location_id": self.roma.id, "plan_id": self.plan.id, "way": "open"}
        desk = self.env["gym.join.desk"].with_user(self.frontdesk).create(values | {"step": "plan"})
        desk.action_next()
        self.assertTrue(desk.is_twin)
        with self.assertRaisesRegex(UserError, f"already has Full: {first.name}"), self.cr.savepoint():
            desk.action_finish()
        self.assertEqual(desk.subscription_id.state, "draft")
        self.plan.is_online = True
        with self.assertRaisesRegex(UserError, f"already has Full: {first.name}"):
            self.env["gym.join"]._check_no_twin(self.plan, self.member)
        desk.is_second_wanted = True
        desk.action_finish()
        self.assertEqual(desk.subscription_id.state, "active")

    def test_the_desk_sells_only_the_add_ons_of_the_plan(self):
        for cycle in ("plan", "own"):
            with self.subTest(cycle=cycle):
                addon = self._create_addon(cycle=cycle)
                member = self._create_member(name=f"Addon {cycle}")
                values = {"member_id": member.id, "location_id": self.roma.id, "plan_id": self.plan.id, "way": "open"}
                desk = self.env["gym.join.desk"].with_user(self.frontdesk).create(values | {"step": "plan"})
                desk.action_next()
                desk.addon_ids = addon
                self.assertIn("cannot be added", desk.refusal)
                with self.assertRaisesRegex(UserError, "cannot be added"), self.cr.savepoint():
                    desk.action_finish()
                self.assertEqual((desk.subscription_id.state, len(desk.subscription_id.line_ids)), ("draft", 0))
                addon.plan_ids = self.plan
                desk.action_finish()
                self.assertEqual(desk.subscription_id.line_ids.addon_id, addon)
