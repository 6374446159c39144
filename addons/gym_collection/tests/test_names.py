from datetime import date

from odoo.tests import freeze_time, tagged

from odoo.addons.gym_subscriptions.tests.common import GymSubscriptionsCommon


@tagged("post_install", "-at_install")
class TestNames(GymSubscriptionsCommon):
    @freeze_time("2026-03-01 18:00:00")
    def test_the_day_of_a_notice_is_written_as_the_reader_writes_it(self):
        for code in ("en_US", "es_MX"):
            self.env["res.lang"]._activate_lang(code)
        subscription = self._create_subscription()
        subscription._activate()
        notice = self.env["gym.charge.notice"].create(
            {
                "subscription_id": subscription.id,
                "partner_id": self.member.partner_id.id,
                "amount": 499,
                "period_start": date(2026, 4, 1),
                "date_charge": date(2026, 4, 1),
            }
        )
        self.assertIn("04/01/2026", notice.with_context(lang="en_US").display_name)
        self.assertIn("01/04/2026", notice.with_context(lang="es_MX").display_name)
