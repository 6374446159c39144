from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.gym_subscriptions.tests.common import GymSubscriptionsCommon


@tagged("post_install", "-at_install")
class TestTicketHolder(GymSubscriptionsCommon):
    """Who has a ticket invoiced is seen by the staff of the branch that sold it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.there = cls._create_staff("frontdesk", cls.gdl, cls.other_company)
        cls.there.write({"company_ids": [(4, cls.company.id)], "company_id": cls.company.id})
        cls.move = cls._create_subscription()._activate()
        cls.typed = cls.env["res.partner"].with_user(cls.env.ref("base.public_user")).sudo()

    def test_a_stranger_is_known_to_the_branch_that_sold_it(self):
        for values in ({"name": "Xochilt"}, {"name": "ACME", "is_company": True}):
            holder = self.typed.create(values)
            self.move.cfdi_receptor_id = holder
            self.assertTrue(holder.with_user(self.frontdesk).has_access("read"))
            theirs = holder.with_user(self.there)
            self.assertFalse(theirs.search([("id", "=", holder.id)]))
            with self.assertRaises(AccessError):
                theirs.read(["name", "email"])

    def test_contacts_of_the_staff_stay_everybody_s(self):
        ours = self.env["res.partner"].create({"name": "Everybody's"})
        self.move.cfdi_receptor_id = ours
        self.assertTrue(ours.with_user(self.there).has_access("read"), "strangers hide no contact of the staff")

    def test_taking_the_holder_off_hides_nobody(self):
        self.move.cfdi_receptor_id = self.typed.create({"name": "Xochilt"})
        self.move.cfdi_receptor_id = False
        self.assertFalse(self.move.cfdi_receptor_id)

    def test_paper_leads_to_the_page_that_invoices(self):
        self.assertEqual(self.move._get_invoicing_url(), "", "this company issues no CFDI")
        self.patch(type(self.move), "_may_be_cfdi_ticket", lambda move: True)
        self.move.invalidate_recordset(["cfdi_ticket_code"])
        url = self.move._get_invoicing_url()
        self.assertIn("/factura?number=", url)
        self.assertIn(f"code={self.move.cfdi_ticket_code}", url)
