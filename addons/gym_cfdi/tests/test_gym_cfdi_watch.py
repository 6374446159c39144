from datetime import timedelta
from pathlib import Path

from odoo import fields
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from ..services.pac import Refused, TryAgain
from .common import NOW, CfdiCase

LOGGER = "odoo.addons.gym_cfdi.models.gym_cfdi_document_watch"


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestWatch(CfdiCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._create_user("manager", cls.company)
        cls.other_manager = cls._create_user("manager", cls.env["res.company"].create({"name": "Other"}))
        cls._create_user("user", cls.company)

    @classmethod
    def _create_user(cls, role, company):
        return new_test_user(
            cls.env(context={"no_reset_password": True}),
            f"cfdi_watch_{role}_{company.id}",
            groups=f"gym_cfdi.group_cfdi_{role}",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def _watch_after(self, hours):
        with freeze_time(fields.Datetime.now() + timedelta(hours=hours)):
            self.Document._cron_watch_deadlines()

    def _activities(self, documents):
        return documents.activity_ids.filtered(lambda activity: activity.user_id in self.manager | self.other_manager)

    # --- 72 hours

    def test_managers_of_the_company_are_told_once_at_each_step(self):
        documents = self._create_documents(3)
        for hours, told in ((23.9, 0), (24, 24), (30, 24), (48, 48), (66, 66), (67, 66), (200, 66)):
            with self.subTest(hours=hours):
                self._watch_after(hours)
                self.assertEqual(set(documents.mapped("alarm_hours")), {told})
                activities = self._activities(documents)
                self.assertEqual(len(activities), 1 if told else 0)
                if told:
                    self.assertEqual((activities.user_id, activities.res_id), (self.manager, documents[0].id))
                    self.assertIn(f"3 CFDI without a stamp for {told} hours", activities.summary)

    def test_a_document_that_is_late_by_much_gets_the_last_alarm_only(self):
        document = self._create_documents()
        self._watch_after(70)
        self.assertEqual((document.alarm_hours, len(self._activities(document))), (66, 1))

    def test_rejected_documents_alarm_and_withdrawn_ones_do_not(self):
        self.fake.faults = [Refused("no", code="402")]
        rejected, withdrawn = self._create_documents(2)
        self._stamp(rejected)
        withdrawn._transition("withdraw")
        self._watch_after(31)  # Fecha of the rejected one is 6 hours ahead in the tests
        self.assertEqual((rejected.alarm_hours, withdrawn.alarm_hours), (24, 0))

    def test_the_alarm_is_taken_back_when_the_document_is_stamped(self):
        self.fake.faults = [TryAgain("down")]
        document = self._create_documents()
        self._stamp(document)
        self._watch_after(31)
        self.assertEqual(len(self._activities(document)), 1)
        self._stamp(document)
        self._watch_after(31)
        self.assertEqual((document.state, document.alarm_hours), ("stamped", 0))
        self.assertFalse(self._activities(document))

    # --- integrity

    def _get_path(self, document):
        attachment = document._get_xml_attachments()[document]
        return Path(attachment._full_path(attachment.store_fname))

    def test_what_is_stored_as_stamped_is_intact(self):
        documents = self._create_documents(3)
        self._stamp(documents)
        self.assertFalse(documents._verify_integrity())
        self.assertEqual(set(documents.mapped("verified_at")), {fields.Datetime.now()})
        self.assertFalse(any(documents.mapped("is_damaged")))

    def test_a_changed_file_is_found_and_told_once(self):
        documents = self._create_documents(3)
        self._stamp(documents)
        self._get_path(documents[1]).write_bytes(b"spoiled")  # no trigger sees it
        with self.assertLogs(LOGGER, "ERROR") as logged:
            self.assertEqual(documents._verify_integrity(), documents[1])
        self.assertEqual(len(logged.output), 1)
        self.assertEqual(documents.mapped("is_damaged"), [False, True, False])
        documents._verify_integrity()
        self.assertEqual(len(self._activities(documents)), 1)

    def test_a_missing_file_is_found(self):
        document = self._create_documents()
        self._stamp(document)
        self._get_path(document).unlink()
        with mute_logger("odoo.addons.base.models.ir_attachment", LOGGER):
            self.assertEqual(document._verify_integrity(), document)

    def test_the_cron_takes_what_was_longest_unverified(self):
        old, fresh, never = self._create_documents(3)
        self._stamp(old | fresh | never)
        now = fields.Datetime.now()
        old.verified_at = now - timedelta(days=31)
        fresh.verified_at = now - timedelta(days=29)
        with self.enter_registry_test_mode():
            cron = self.env.ref("gym_cfdi.ir_cron_cfdi_integrity")
            cron.method_direct_trigger()
        self.assertEqual((old.verified_at, never.verified_at), (now, now))
        self.assertEqual(fresh.verified_at, now - timedelta(days=29))
