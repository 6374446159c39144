from odoo.tests import tagged

from .test_portal import GymPortalCommon


@tagged("post_install", "-at_install")
class TestPortalData(GymPortalCommon):
    GOOD = {
        "email": "ana@example.org",
        "phone": "55 1234 5678",
        "street": "Calle Jacaranda 12",
        "street2": "Roma Norte",
        "zip": "06700",
        "city": "Ciudad de México",
        "emergency_name": "Luz Ñúñez",
        "emergency_phone": "(55) 8765-4321",
        "emergency_relation": "Hermana",
        "preferred_channel": "whatsapp",
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mexico = cls.env.ref("base.mx")
        (cls.member_a + cls.daughter_of_a).country_id = cls.mexico

    def test_saves_and_normalises(self):
        state = self.env.ref("base.state_mx_df")
        response = self._post("/my/gym/data", self.user_a, self.GOOD | {"state_id": str(state.id)})
        self.assertTrue(response.url.endswith("saved=1"))
        self.assertIn("Saved", response.text)
        member = self.member_a
        member.invalidate_recordset()
        self.assertEqual(("+52 55 1234 5678", "+52 55 8765 4321"), (member.phone, member.emergency_phone))
        self.assertEqual(("ana@example.org", "06700", state), (member.email, member.zip, member.state_id))
        self.assertEqual("whatsapp", member.preferred_channel)

    def test_tells_the_staff_what_was_corrected_but_not_the_data(self):
        self._post("/my/gym/data", self.user_a, self.GOOD)
        note = self.member_a.message_ids.filtered(lambda message: "in the portal" in (message.body or ""))
        self.assertIn("Emergency Contact", note.body)
        self.assertNotIn("Luz", note.body)
        self.assertEqual(self.user_a.partner_id, note.author_id)

    def test_nothing_changed_leaves_no_note(self):
        self._post("/my/gym/data", self.user_a, self.GOOD)
        count = len(self.member_a.message_ids)
        self._post("/my/gym/data", self.user_a, {})
        self.member_a.invalidate_recordset()
        self.assertEqual(count, len(self.member_a.message_ids))

    def test_guardian_corrects_the_data_of_the_ward(self):
        path = f"/my/gym/data?member={self.daughter_of_a.id}"
        response = self._post(path, self.user_a, self.GOOD | {"email": "", "preferred_channel": "phone"})
        self.assertIn(f"member={self.daughter_of_a.id}", response.url)
        self.daughter_of_a.invalidate_recordset()
        self.assertEqual("+52 55 1234 5678", self.daughter_of_a.phone)
        self.assertFalse(self.member_a.phone)

    def test_each_mistake_is_told_beside_its_field_and_nothing_is_saved(self):
        cases = {
            "email": ("not an address", ""),
            "phone": ("12", "55 1234"),
            "zip": ("670", "ABCDE"),
            "emergency_phone": ("", "1", "+52 55 1234 5678"),
            "emergency_name": ("", "=1+1", "@SUM(A1)", " +A1", "-A1"),
            "preferred_channel": ("pigeon",),
            "state_id": (str(self.env.ref("base.state_us_1").id), "x"),
            "lang": ("xx_XX",),
            "city": ("a" * 129,),
        }
        before = self.member_a.read()
        for name, mistakes in cases.items():
            for mistake in mistakes:
                with self.subTest(field=name, value=mistake):
                    errors = self.member_a._update_from_portal(self.GOOD | {name: mistake})
                    self.assertEqual([name], list(errors))
        self.assertEqual(before, self.member_a.read())

    def test_choice_no_longer_offered_may_stay(self):
        self.member_a.partner_id.with_context(active_test=False).lang = "fr_FR"
        self.assertFalse(self.member_a._update_from_portal(self.GOOD))

    def test_channel_without_its_means_is_told(self):
        errors = self.member_a._update_from_portal(self.GOOD | {"phone": ""})
        self.assertEqual(["preferred_channel"], list(errors))

    def test_form_keeps_what_was_typed(self):
        form = self.GOOD | {"zip": "670", "street": "Calle <Ñandú> 5"}
        response = self._post("/my/gym/data", self.user_a, form)
        self.assertIn("Calle &lt;Ñandú&gt; 5", response.text)
        self.assertIn("5 digits", response.text)
        self.member_a.invalidate_recordset()
        self.assertFalse(self.member_a.street)

    def test_fields_outside_the_form_are_not_written(self):
        other = self.gdl
        forged = {"name": "Otra", "vat": "XAXX010101000", "location_id": str(other.id), "member_number": "1"}
        self._post(
            "/my/gym/data", self.user_a, self.GOOD | forged | {"birthdate": "2000-01-01", "date_joined": "2020-01-01"}
        )
        self.member_a.invalidate_recordset()
        self.assertEqual("Ana Ñúñez Ríos", self.member_a.name)
        self.assertEqual(self.roma, self.member_a.location_id)
        self.assertFalse(self.member_a.birthdate or self.member_a.date_joined or self.member_a.vat)

    def test_which_addons_there_are_is_for_who_works_here(self):
        for login, status in ((None, 404), (self.user_a.login, 404), ("admin", 200)):
            self.authenticate(login, login)
            page = self.url_open("/website/info")
            self.assertEqual(page.status_code, status, login)
            self.assertEqual("o_website_info" in page.text, status == 200, login)

    def test_account_page_of_odoo_keeps_the_name_too(self):
        form = {
            "partner_id": self.user_a.partner_id.id,
            "name": "Otra Persona",
            "email": "ana@example.org",
            "phone": "+525512345678",
            "street": "Calle 1",
            "city": "CDMX",
            "zip": "06700",
            "country_id": self.mexico.id,
            "state_id": self.env.ref("base.state_mx_df").id,
            "address_type": "billing",
        }
        before = self.member_a.read(["name", "street", "city"])
        answer = self._post("/my/address/submit", self.user_a, form).json()
        self.assertIn("name", answer["invalid_fields"])
        formulas = form | {"name": "Ana Ñúñez Ríos", "street": "=1+1", "city": "@SUM(A1)"}
        answer = self._post("/my/address/submit", self.user_a, formulas).json()
        self.assertEqual({"street", "city"}, set(answer["invalid_fields"]))
        self.member_a.invalidate_recordset()
        self.assertEqual(before, self.member_a.read(["name", "street", "city"]))
