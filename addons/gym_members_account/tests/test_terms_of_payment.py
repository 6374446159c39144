from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.gym_members.tests.common import GymMembersCommon


@tagged("post_install", "-at_install")
class TestTermsOfPayment(GymMembersCommon):
    """When, how and at which price a contact pays is decided by who keeps the books, in every way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.terms = [name for name in cls.env["res.partner"]._fields if name.startswith("property_")]

    def test_the_desk_sets_none(self):
        self.assertIn("property_payment_term_id", self.terms)
        member = self._create_member(name="Ana")
        for name in self.terms:
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                member.partner_id.with_user(self.frontdesk).write({name: False})

    def test_nor_with_a_new_contact_or_member(self):
        partners, members = (self.env[model].with_user(self.frontdesk) for model in ("res.partner", "gym.member"))
        term = {"property_payment_term_id": self.env["account.payment.term"].create({"name": "Some day"}).id}
        before = self.env["res.partner"].search_count([])
        for create in (
            lambda: partners.create({"name": "Ana"} | term),
            lambda: partners.with_context(**{f"default_{name}": value for name, value in term.items()}).create(
                {"name": "Ana"}
            ),
            lambda: members.create({"name": "Ana", "location_id": self.roma.id} | term),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                create()
        self.assertEqual(self.env["res.partner"].search_count([]), before)
