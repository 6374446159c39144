from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import GymSubscriptionsCommon


@tagged("post_install", "-at_install")
class TestPartnerBranches(GymSubscriptionsCommon):
    """Who pays or gives is seen by the staff of the branch that knows them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.there = cls._create_staff("frontdesk", cls.gdl, cls.other_company)
        cls.there.write({"company_ids": [(4, cls.company.id)], "company_id": cls.company.id})

    def _assert_seen_here_alone(self, partner):
        self.assertTrue(partner.with_user(self.frontdesk).has_access("read"))
        theirs = partner.with_user(self.there)
        self.assertFalse(theirs.search([("id", "=", partner.id)]))
        with self.assertRaises(AccessError):
            theirs.read(["name", "email"])

    def test_who_pays_a_subscription_is_known_to_its_branch(self):
        payer, other = self.env["res.partner"].create([{"name": "Luz"}, {"name": "Sol"}])
        subscription = self._create_subscription(payer_id=payer.id)
        self._assert_seen_here_alone(payer)
        subscription.payer_id = other
        self._assert_seen_here_alone(other)

    def test_sales_are_of_a_branch_else_of_those_of_the_journal_else_of_all(self):
        move = self._create_subscription()._activate()
        self.assertEqual(move._get_gym_branches(), self.roma)
        move.gym_location_id = False
        self.roma.gym_journal_id = False
        self.gdl.gym_journal_id = move.journal_id
        self.assertEqual(move._get_gym_branches(), self.gdl)
        self.gdl.gym_journal_id = False
        everywhere = self.env["gym.location"].search([("company_id", "=", self.company.id)])
        self.assertEqual(move._get_gym_branches(), everywhere)
