from decimal import Decimal

from odoo.tests import tagged

from odoo.addons.gym_subscriptions.tests.test_turns import TurnsCommon


@tagged("post_install", "-at_install")
class TestTurns(TurnsCommon):
    def test_money_is_given_back_in_turn(self):
        move = self._create_subscription()._activate()
        wizard = self.env["account.payment.register"].with_context(active_model="account.move", active_ids=move.ids)
        wizard.create({})._create_payments()
        before = self._get_places(move)
        move._give_back(Decimal("100.00"), "test")
        self.assertNotEqual(self._get_places(move), before)
