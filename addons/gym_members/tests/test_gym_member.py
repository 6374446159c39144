from odoo.tests import tagged

from .common import GymMembersCommon


@tagged("post_install", "-at_install")
class TestGymMember(GymMembersCommon):
    def test_search_ignores_accents_order_and_phone_spelling(self):
        member = self._create_member(name="José Ángel López", phone="+52 55 1234 5678", email="jose@correo.mx")
        other = self._create_member(name="María Pérez", phone="+52 55 8765 4321")
        for typed in ("lopez jose", "LÓPEZ", "jo an", "5512345678", "55 1234", "jose@correo", member.member_number):
            with self.subTest(typed=typed):
                found = self.env["gym.member"].browse(
                    id_
                    for id_, _name in self.env["gym.member"].name_search(typed, [("location_id", "=", self.roma.id)])
                )
                self.assertIn(member, found)
                if typed != member.member_number:
                    self.assertNotIn(other, found)

    def test_search_follows_a_changed_name(self):
        member = self._create_member(name="Ana Ruiz")
        member.partner_id.name = "Ana Sofía Gómez"
        self.assertEqual(member, self.env["gym.member"].search([("display_name", "ilike", "sofia gomez")]))
        self.assertFalse(self.env["gym.member"].search([("display_name", "ilike", "ana ruiz")]))
