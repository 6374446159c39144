from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import GymMembersCommon


@tagged("post_install", "-at_install")
class TestPartnerBranches(GymMembersCommon):
    """People who are no members are seen by the staff of the branch that knows them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.foreign = cls._create_staff("frontdesk", cls.tijuana, cls.other_company)

    def _assert_seen(self, partner, *users):
        for user in (self.frontdesk, self.foreign, self.owner):
            mine = partner.with_user(user)
            self.assertEqual(bool(mine.search([("id", "=", partner.id)])), user in users, user.login)
            if user not in users:
                with self.assertRaises(AccessError):
                    mine.read(["name"])

    def test_a_guardian_is_seen_where_the_member_is(self):
        guardian = self.env["res.partner"].create({"name": "Luz"})
        self._create_member(name="Niño", location_id=self.gdl.id, guardian_id=guardian.id)
        self._assert_seen(guardian, self.owner)
        self._create_member(name="Niña", guardian_id=guardian.id)
        self._assert_seen(guardian, self.frontdesk, self.owner)

    def test_companies_that_pay_are_everybody_s(self):
        firm = self.env["res.partner"].create({"name": "ACME", "is_company": True})
        self._create_member(name="Ana", location_id=self.gdl.id, payer_id=firm.id)
        self.assertTrue(firm.with_user(self.frontdesk).has_access("read"))

    def test_the_contact_of_another_company_is_not_read(self):
        theirs = self.other_company.partner_id
        for user in (self.frontdesk, self.manager, self.owner):
            self.assertFalse(theirs.with_user(user).search([("id", "=", theirs.id)]))
            self.assertFalse(theirs.with_user(user).has_access("read"))
        self.assertTrue(self.company.partner_id.with_user(self.frontdesk).has_access("read"))

    def test_a_company_that_a_stranger_typed_is_its_branch_s(self):
        typed = self.env["res.partner"].with_user(self.env.ref("base.public_user")).sudo()
        firm = typed.create({"name": "ACME", "is_company": True})
        self._assert_seen(firm, self.frontdesk, self.foreign, self.owner)
        firm._make_known_to(self.gdl)
        self._assert_seen(firm, self.owner)
