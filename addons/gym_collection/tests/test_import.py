from datetime import date

from odoo.tests import freeze_time, tagged

from odoo.addons.gym_subscriptions.tests.test_subscription_import import ImportCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-15 18:00:00")
class TestImport(ImportCommon):
    def test_no_card_is_charged_before_the_member_agrees_here(self):
        subscription = self._bring_in(
            "1,Ana Ruiz,ana@correo.example,Activo,01/02/2025,,Full,499,20/03/2026,,"
        ).line_ids.subscription_id
        self.assertFalse(subscription.mandate_ids)
        decision = subscription._decide_charge(499.0, date(2026, 3, 20), date(2026, 3, 20), False)
        self.assertFalse(decision.allow)
        self.assertEqual([reason.code for reason in decision.reasons], ["charges_off", "consent_missing"])
