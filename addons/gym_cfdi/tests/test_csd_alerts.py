from datetime import date, datetime, timedelta
from unittest.mock import patch

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..domain.tests import certificates
from .common_setup import NOW, CfdiSetupCommon

END = datetime(2028, 12, 31)  # of the certificates of the tests


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestCsdAlerts(CfdiSetupCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.cfdi_active = True
        cls.seal = cls._create_csd()

    def _alert(self, days_before):
        with freeze_time(END - timedelta(days=days_before)):
            self.env["certificate.certificate"]._cron_alert_expiring()
        return self.seal.activity_ids.filtered(lambda activity: activity.user_id == self.manager)

    def test_nobody_is_warned_earlier_than_90_days(self):
        self.assertFalse(self._alert(91))

    def test_the_managers_are_warned_once_at_90_30_and_7_days(self):
        counts = [len(self._alert(days)) for days in (89.9, 60, 30, 29, 7, 6, 1)]
        self.assertEqual(counts, [1, 1, 1, 2, 2, 3, 3])

    def test_a_server_that_slept_warns_once_for_all_it_missed(self):
        self.assertEqual(len(self._alert(5)), 1)
        self.assertEqual(self.seal.cfdi_alerted_days, 7)

    def test_the_warning_says_what_to_do_and_is_mailed(self):
        activity = self._alert(80)
        self.assertEqual(activity.date_deadline, date(2028, 12, 30), "the last evening at the place of issue")
        self.assertIn(certificates.NUMBER, activity.note)
        self.assertIn("Certifica", activity.note)
        mails = self.env["mail.message"].search([("partner_ids", "in", self.manager.partner_id.ids)])
        self.assertIn("CSD 30001000000500009876", " ".join(filter(None, mails.mapped("subject"))))

    def test_users_and_managers_of_others_are_not_warned(self):
        stranger = self._create_user("manager", self._create_company(name="Otra"))
        self._alert(5)
        self.assertNotIn(self.user, self.seal.activity_ids.user_id)
        self.assertNotIn(stranger, self.seal.activity_ids.user_id)

    @mute_logger("odoo.addons.vigor_cron.models.ir_cron")
    def test_a_seal_that_cannot_be_warned_of_stops_no_other(self):
        other = self._create_company(name="Otra")
        other.cfdi_active = True
        manager = self._create_user("manager", other)
        broken = self.seal.sudo().copy({"company_id": other.id})
        alert = type(broken)._alert

        def fail_for_one(seal):
            if seal == broken:
                raise ValueError("no manager")
            alert(seal)

        with patch.object(type(broken), "_alert", fail_for_one):
            self.assertEqual(len(self._alert(5)), 1)
        problem = self.env["vigor.cron.problem"].sudo().search([("res_id", "=", broken.id)])
        self.assertEqual((problem.res_model, problem.company_id), (broken._name, other))
        self.assertFalse(problem.with_user(self.user).has_access("read"))
        self.assertFalse(self.env["vigor.cron.problem"].with_user(self.manager).search([("id", "=", problem.id)]))
        self.assertTrue(self.env["vigor.cron.problem"].with_user(manager).search([("id", "=", problem.id)]))

    def test_a_company_that_does_not_issue_is_left_in_peace(self):
        self.company.cfdi_active = False
        self.assertFalse(self._alert(5))

    def test_a_newer_seal_ends_the_warnings(self):
        self._alert(80)
        self._create_csd(which=1, number="30001000000500000002", issued=datetime(2026, 6, 1))
        self.assertFalse(self.seal.activity_ids)
        self.assertFalse(self._alert(5))
