from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import GymMembersCommon

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@tagged("post_install", "-at_install")
class TestPartnerTrace(GymMembersCommon):
    """Who a member is and where they are reached changes with a trace, and is told to the address they had."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env, "trace_ana_rios", groups="base.group_portal", name="Ana Ríos", email="ana@correo.mx"
        )
        cls.ana = cls._create_member(partner_id=cls.user.partner_id.id, name="Ana Ríos", email="ana@correo.mx")
        cls.env["res.lang"]._activate_lang("en_US")
        cls.user.partner_id.lang = "en_US"

    def _events(self):
        return self.env["gym.event"].search([("member_id", "=", self.ana.id), ("type", "=", "member.corrected")])

    def _mails_to(self, address):
        return self.env["mail.mail"].search([("email_to", "=", address)])

    def test_the_desk_changes_an_address_with_a_trace_and_the_old_one_is_told(self):
        self.ana.with_user(self.frontdesk).with_context(tracking_disable=True).write({"email": "x@evil.example"})
        event = self._events()
        self.assertRecordValues(event, [{"user_id": self.frontdesk.id}])
        self.assertEqual(event.payload, {"fields": "email"})
        mail = self._mails_to("ana@correo.mx")
        self.assertEqual(len(mail), 1)
        self.assertIn(self.frontdesk.name, mail.body_html)
        self.assertIn("sign in as you did until now", self._mails_to("x@evil.example").body_html, "the link alone")

    def test_a_change_of_the_contact_itself_leaves_the_same_trace(self):
        self.ana.partner_id.with_user(self.frontdesk).write({"name": "Eva Ríos", "phone": "5512345678"})
        self.assertEqual(self._events().payload, {"fields": "name,phone"})
        self.assertEqual(len(self._mails_to("ana@correo.mx")), 1)

    def test_a_photo_leaves_a_trace(self):
        self.ana.with_user(self.frontdesk).write({"image_1920": PIXEL})
        self.assertEqual(self._events().payload, {"fields": "image_1920"})

    def test_what_stays_as_it_was_leaves_none(self):
        self.ana.with_user(self.frontdesk).write({"email": "ana@correo.mx", "name": "Ana Ríos", "phone": False})
        self.assertFalse(self._events())
        self.assertFalse(self._mails_to("ana@correo.mx"))

    def test_who_has_no_account_is_written_down_but_not_written_to(self):
        other = self._create_member(name="Beto", email="beto@correo.mx")
        other.with_user(self.frontdesk).write({"email": "b@correo.mx"})
        self.assertEqual(
            self.env["gym.event"].search_count([("member_id", "=", other.id), ("type", "=", "member.corrected")]), 1
        )
        self.assertFalse(self._mails_to("beto@correo.mx"))

    def test_members_neither_rename_themselves_nor_change_their_photo(self):
        me, contact = self.user.with_user(self.user), self.user.partner_id
        for write in (me.write, contact.with_user(self.user).sudo().write):
            for vals in ({"name": "Otra Persona"}, {"image_1920": PIXEL}):
                with self.assertRaisesRegex(UserError, "ask us"), self.env.cr.savepoint():
                    write(vals)
        self.env.invalidate_all()
        self.assertEqual(contact.name, "Ana Ríos")
        self.assertFalse(contact.image_1920)
        self.assertFalse(self._events())

    def test_members_reach_no_address_that_the_page_would_refuse(self):
        me = self.user.with_user(self.user)
        for vals in ({"email": "nonsense"}, {"email": False}, {"phone": "12"}):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                me.write(vals)
        self.env.invalidate_all()
        self.assertEqual(self.ana.email, "ana@correo.mx")
        self.assertFalse(self.ana.phone)
        self.assertFalse(self._events())
        me.write({"email": "ana.rios@correo.mx"})
        self.assertEqual(self.ana.email, "ana.rios@correo.mx")
        self.assertRecordValues(self._events(), [{"user_id": self.user.id}])
        self.assertEqual(len(self._mails_to("ana@correo.mx")), 1)
