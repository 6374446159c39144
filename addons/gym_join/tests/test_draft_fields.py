from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.gym_subscriptions.tests.common import GymSubscriptionsCommon


@tagged("post_install", "-at_install")
class TestDraftFields(GymSubscriptionsCommon):
    """What an addon lets people say while they sign up reaches the draft, also the one in no database."""

    def test_the_draft_takes_what_the_sign_up_says(self):
        subscriptions = self.env["gym.subscription"]
        with patch.object(type(subscriptions), "_get_draft_fields", lambda model: ["date_start", "no_such_field"]):
            desk = self.env["gym.join.desk"].create(
                {
                    "member_id": self.member.id,
                    "location_id": self.roma.id,
                    "plan_id": self.plan.id,
                    "date_start": self.roma._today(),
                    "way": "open",
                }
            )
            values = subscriptions._prepare_draft_vals(desk)
            self.assertEqual(values, {"date_start": self.roma._today()})
            draft = self.plan._make_join_draft(self.roma, self.member, values)
        self.assertEqual(draft.date_start, self.roma._today())
