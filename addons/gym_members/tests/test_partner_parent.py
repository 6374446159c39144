from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import GymMembersCommon


@tagged("post_install", "-at_install")
class TestPartnerParent(GymMembersCommon):
    """Who is put under a company sees its papers: a manager does it, and the company is told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        cls.user = new_test_user(cls.env, "parent_ana", groups="base.group_portal", name="Ana Ríos")
        cls.ana = cls._create_member(name="Ana Ríos", partner_id=cls.user.partner_id.id)
        cls.firm = cls.env["res.partner"].create(
            {"name": "ACME", "is_company": True, "email": "compras@acme.mx", "lang": "en_US"}
        )

    def _mails(self):
        return self.env["mail.mail"].search([("email_to", "=", "compras@acme.mx")])

    def _assert_refused(self, record, vals):
        with self.assertRaisesRegex(AccessError, "Ask a manager"), self.env.cr.savepoint():
            record.with_user(self.frontdesk).write(vals)
        self.env.invalidate_all()
        self.assertEqual(self.ana.partner_id.commercial_partner_id, self.ana.partner_id)
        self.assertFalse(self._mails())

    def test_a_manager_puts_a_person_with_an_account_under_a_company(self):
        self._assert_refused(self.ana, {"parent_id": self.firm.id})
        self.ana.with_user(self.manager).write({"parent_id": self.firm.id})
        self.assertEqual(self.ana.parent_id, self.firm)

    def test_the_desk_does_not_by_the_other_end_nor_by_what_odoo_computes(self):
        person = self.ana.partner_id
        # lines of contacts are written as the one who called, which in a test is the superuser
        with patch.object(self.env.transaction, "default_env", self.env(user=self.frontdesk)):
            self._assert_refused(self.firm, {"child_ids": [Command.link(person.id)]})
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            person.with_user(self.frontdesk).write({"commercial_partner_id": self.firm.id})
        self.env.invalidate_all()
        self.assertEqual(person.commercial_partner_id, person)

    def test_a_company_below_another_stays_one(self):
        below = self.env["res.partner"].create({"name": "ACME Norte", "is_company": True, "parent_id": self.firm.id})
        firms = type(self.env["res.partner"])
        with patch.object(firms, "_has_gym_invoices", lambda partners: self.firm in partners):
            for vals in ({"is_company": False}, {"company_type": "person"}):
                self._assert_refused(below, vals)
                self.assertEqual(below.commercial_partner_id, below)
            below.with_user(self.manager).is_company = False
        self.assertEqual(below.commercial_partner_id, self.firm)

    def test_it_leaves_an_event_and_the_company_is_told(self):
        self.ana.with_user(self.manager).write({"parent_id": self.firm.id})
        event = self.env["gym.event"].search([("member_id", "=", self.ana.id), ("type", "=", "member.corrected")])
        self.assertRecordValues(event, [{"user_id": self.manager.id, "payload": {"fields": "parent_id"}}])
        mail = self._mails()
        self.assertEqual(len(mail), 1)
        for text in (self.manager.name, "Ana Ríos", "sees the invoices of ACME"):
            self.assertIn(text, mail.body_html)
        self.ana.with_user(self.manager).write({"parent_id": self.firm.id})
        self.assertEqual(self._mails(), mail, "nothing changed")
        self.ana.with_user(self.manager).write({"parent_id": False})
        self.assertEqual(self._mails(), mail, "who leaves sees nothing")

    def test_an_account_for_somebody_of_a_company_is_told_to_it(self):
        beto = self.env["res.partner"].create({"name": "Beto", "parent_id": self.firm.id, "email": "b@acme.mx"})
        self.assertFalse(self._mails(), "without an account or membership they see nothing")
        new_test_user(self.env, "parent_beto", groups="base.group_portal", partner_id=beto.id, name="Beto")
        self.assertIn("Beto", self._mails().body_html)

    def test_the_desk_puts_nobody_where_there_are_invoices(self):
        partners = self.env["res.partner"].with_user(self.frontdesk)
        spouse = self.env["res.partner"].create({"name": "Sol"})
        with patch.object(type(partners), "_has_gym_invoices", lambda self: "ACME" in self.mapped("name")):
            for put in (
                lambda: spouse.with_user(self.frontdesk).write({"parent_id": self.firm.id}),
                lambda: partners.create({"name": "Luz", "parent_id": self.firm.id}),
                lambda: partners.with_context(default_parent_id=self.firm.id).create({"name": "Luz"}),
            ):
                with self.assertRaisesRegex(AccessError, "Ask a manager"), self.env.cr.savepoint():
                    put()
            self.assertFalse(self.firm.child_ids)
        partners.create({"name": "Luz", "parent_id": spouse.id})
        self.assertTrue(spouse.child_ids)
