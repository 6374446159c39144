from odoo.tests import tagged

from odoo.addons.gym_subscriptions.tests.common import GymSubscriptionsCommon
from odoo.addons.gym_subscriptions.tests.test_access import DIALOGS, NOBODY, OPERATIONS

RIGHTS = {
    "gym.join": NOBODY | {"frontdesk": "r", "manager": "r", "owner": "r"},
    "gym.join.desk": DIALOGS,
    "gym.join.signature": NOBODY | {"owner": "r"},
}


@tagged("post_install", "-at_install")
class TestJoinAccess(GymSubscriptionsCommon):
    def test_every_role_has_exactly_the_rights_its_row_says(self):
        for model, roles in RIGHTS.items():
            for role, rights in roles.items():
                records = self.env[model].with_user(getattr(self, role))
                may = "".join(short for short, operation in OPERATIONS.items() if records.has_access(operation))
                with self.subTest(model=model, role=role):
                    self.assertEqual(set(may), set(rights))
