from unittest.mock import patch

from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..domain import coefficient
from .referrals_common import JOINED, ReferralsCommon


@tagged("post_install", "-at_install")
class TestPrograms(ReferralsCommon):
    @freeze_time(JOINED)
    def test_what_is_changed_is_offered_once_it_is_published(self):
        first = self._bring()
        self.program.rule_ids.amount = 100
        self.assertTrue(self.program.is_changed)
        self.assertEqual(self.program.offer_id.version, 1)
        self.program.action_publish()
        self.assertEqual((self.program.offer_id.version, self.program.is_changed), (2, False))
        second = self._bring("Carla Solís")
        self.assertEqual((first.offer_id.version, second.offer_id.version), (1, 2))
        self.program.action_publish()
        self.assertEqual(len(self.program.offer_ids), 2, "nothing new is no new version")

    def test_a_published_offer_does_not_change(self):
        with self.assertRaisesRegex(UserError, "does not change"):
            self.program.offer_id.snapshot = {}
        with self.assertRaisesRegex(UserError, "stays"):
            self.program.offer_id.unlink()

    def test_a_program_that_offers_nothing_does_not_start(self):
        empty = self.program.copy({"name": "Vacío", "rule_ids": [Command.clear()], "friend_promotion_id": False})
        with self.assertRaisesRegex(UserError, "offers nothing"):
            empty.action_run()
        self.assertEqual(empty.state, "draft")

    @freeze_time(JOINED)
    def test_what_is_paused_or_over_brings_nobody(self):
        self.program.action_pause()
        self.assertFalse(self._bring())
        self.program.action_run()
        self.assertEqual(self.program.offer_id.version, 1)
        self.program.date_end = "2026-03-09"
        self.assertFalse(self._bring("Carla Solís"))

    @freeze_time(JOINED)
    def test_a_program_of_other_branches_is_not_meant(self):
        self.program.location_ids = self.gdl
        self.assertFalse(self._bring())

    def test_a_gift_has_a_name(self):
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.program.rule_ids = [Command.create({"kind": "gift", "amount": 80})]

    @freeze_time("2026-06-30 18:00:00")
    def test_what_it_brings_is_told_once_it_is_known(self):
        self.assertIn("Not known yet", self.program.effect)
        with patch.object(coefficient, "LEAST_MEMBERS", 1), patch.object(coefficient, "LEAST_EVENTS", 1):
            referral = self._bring()
            referral.date_qualified = "2026-06-20"
            (self.ana | self.member).date_joined = "2026-02-01"
            self.program.invalidate_recordset(["effect"])
            self.assertRegex(self.program.effect, r"^0\.\d{3} in 180 days")
