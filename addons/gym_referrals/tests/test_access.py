from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .referrals_common import JOINED, ReferralsCommon


@tagged("post_install", "-at_install")
class TestAccess(ReferralsCommon):
    """Who sees and changes what."""

    def _get_records(self):
        with freeze_time(JOINED):
            referral = self._bring()
        code = self.env["gym.referral.code"]._of(self.ana).sudo(False)
        return self.program, referral, code

    def test_nobody_writes_a_referral_or_a_reward_by_hand(self):
        _program, referral, code = self._get_records()
        for record, values in ((referral, {"state": "rewarded"}), (code, {"active": False})):
            with self.assertRaises(AccessError):
                record.with_user(self.owner).write(values)
        with self.assertRaises(AccessError):
            self.env["gym.referral.reward"].with_user(self.owner).create({"referral_id": referral.id, "amount": 1})
        self.assertEqual((referral.state, code.active), ("joined", True))

    def test_another_branch_sees_nothing(self):
        _program, referral, code = self._get_records()
        other = self.manager
        other.gym_location_ids = self.gdl
        for record in (referral, code):
            self.assertFalse(record.with_user(other).search([("id", "=", record.id)]))
            with self.assertRaises(AccessError):
                record.with_user(other).read(["display_name"])

    def test_another_company_sees_nothing(self):
        program, referral, _code = self._get_records()
        other = self._create_staff("owner", company=self.other_company)
        for record in (program, referral, program.offer_id):
            self.assertFalse(record.with_user(other).search([("id", "=", record.id)]))

    def test_only_owners_change_programs(self):
        with self.assertRaises(AccessError):
            self.program.with_user(self.manager).action_end()
        self.assertEqual(self.program.state, "running")

    def test_scores_are_for_managers(self):
        _program, referral, _code = self._get_records()
        with self.assertRaises(AccessError):
            referral.with_user(self.frontdesk).read(["findings"])

    def test_a_person_gets_and_loses_what_is_known_of_invitations(self):
        _program, referral, code = self._get_records()
        data = self.ana.sudo()._get_personal_data()
        self.assertEqual(data["friends_brought"][0]["name"], referral.name)
        self.assertEqual(len(data["referral_codes"]), 1)
        self.ana.sudo()._anonymise_personal_data()
        self.assertFalse(code.exists())
        self.assertTrue(referral.exists())
