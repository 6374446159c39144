from odoo.tests import tagged

from odoo.addons.gym_subscriptions.tests.portal_common import PortalDuesCommon


@tagged("post_install", "-at_install")
class TestPortalCredit(PortalDuesCommon):
    def test_credit_is_what_settles_nothing_yet(self):
        self._pay(self.sub_ana._get_moves())
        credit = self.sub_ana._get_moves()._reverse_moves()
        credit.action_post()
        for user, amount in ((self.ana, 499.0), (self.beto, 0.0)):
            self.assertEqual(amount, user.partner_id._get_gym_credit(self.company))
