import os
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.vigor_vault.domain.cipher import new_key

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

    def test_each_company_numbers_its_members(self):
        one, two = self._create_member(), self._create_member(name="Ana")
        far = self._create_member(name="Carla", location_id=self.tijuana.id)
        self.assertEqual(int(two.member_number), int(one.member_number) + 1)
        self.assertEqual(far.member_number, "000001")
        self.assertEqual(far.company_id, self.other_company)

    def test_a_ten_digit_phone_is_read_as_one_of_the_branch_s_country(self):
        member = self._create_member(phone="55 1234 5678")
        self.assertEqual(member.country_id.code, "MX")
        self.assertEqual(member.partner_id.phone_sanitized, "+525512345678")

    def test_joining_makes_active_and_leaving_makes_former(self):
        member = self._create_member()
        self.assertEqual(member.stage, "prospect")
        member.date_joined = "2026-01-10"
        self.assertEqual(member.stage, "active")
        member.date_left = "2026-05-10"
        self.assertEqual(member.stage, "former")
        member.date_left = False
        self.assertEqual(member.stage, "active")

    def test_leaving_before_joining_is_refused(self):
        member = self._create_member(date_joined="2026-01-10")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            member.date_left = "2026-01-09"
            member.flush_recordset()

    def test_home_must_be_a_branch(self):
        region = self._create_location(name="Centro", kind="region", code="T-CEN")
        with self.assertRaisesRegex(ValidationError, "needs a branch"):
            self._create_member(location_id=region.id)

    def test_one_contact_is_one_member(self):
        member = self._create_member()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.env["gym.member"].create({"partner_id": member.partner_id.id, "location_id": self.gdl.id})

    def test_a_member_does_not_change_company(self):
        member = self._create_member()
        with self.assertRaisesRegex(UserError, "new member"):
            member.location_id = self.tijuana
        self.assertEqual(member.company_id, self.company)
        member.location_id = self.gdl
        self.assertEqual(member.location_id, self.gdl)

    def test_a_minor_needs_a_guardian(self):
        with freeze_time("2026-03-15 18:00:00"):
            child = self._create_member(name="Leo", birthdate="2008-03-16")
            self.assertTrue(child.is_minor)
            self.assertTrue(child.is_guardian_missing)
            child.guardian_id = self.env["res.partner"].create({"name": "Laura"})
            self.assertFalse(child.is_guardian_missing)
            self.assertFalse(self._create_member(name="Eva", birthdate="2008-03-15").is_minor)

    def test_nobody_is_their_own_guardian(self):
        member = self._create_member()
        with self.assertRaisesRegex(ValidationError, "own guardian"):
            member.guardian_id = member.partner_id

    def test_a_birth_date_to_come_is_refused(self):
        with freeze_time("2026-03-15 18:00:00"), self.assertRaisesRegex(ValidationError, "Check the year"):
            self._create_member(birthdate="2026-03-16")

    def test_a_household_is_who_pays_and_whom_they_pay_for(self):
        mother = self._create_member(name="Laura")
        son = self._create_member(name="Leo", payer_id=mother.partner_id.id)
        daughter = self._create_member(name="Eva", payer_id=mother.partner_id.id)
        alone = self._create_member(name="Beto")
        self.assertEqual(mother.household_ids, son | daughter)
        self.assertEqual(son.household_ids, mother | daughter)
        self.assertFalse(alone.household_ids)

    def test_health_notes_are_stored_encrypted(self):
        with patch.dict(os.environ, {"VIGOR_VAULT_KEYS": new_key()}):
            member = self._create_member(health_notes="Asma")
            member.flush_recordset()
            self.env.cr.execute("SELECT health_notes_encrypted FROM gym_member WHERE id = %s", [member.id])
            stored = self.env.cr.fetchone()[0]
            member.invalidate_recordset()
            self.assertEqual(member.health_notes, "Asma")
        self.assertNotIn("Asma", stored)

    def test_without_the_key_health_notes_say_why_they_cannot_be_read(self):
        with patch.dict(os.environ, {"VIGOR_VAULT_KEYS": new_key()}):
            member = self._create_member(health_notes="Asma")
        member.invalidate_recordset()
        with patch.dict(os.environ, {"VIGOR_VAULT_KEYS": new_key()}), self.assertRaisesRegex(UserError, "encrypted"):
            member.read(["health_notes"])

    def test_a_copy_is_another_person(self):
        member = self._create_member(email="jose@correo.mx")
        twin = member.copy()
        self.assertNotEqual(twin.partner_id, member.partner_id)
        self.assertNotEqual(twin.member_number, member.member_number)

    def test_each_more_member_costs_one_query_for_its_number(self):
        def queries_to_create(count):
            before = self.env.cr.sql_log_count
            self.env["gym.member"].create([{"name": f"Member {n}", "location_id": self.roma.id} for n in range(count)])
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries_to_create(1)
        self.assertLessEqual(queries_to_create(60) - queries_to_create(10), 50)
