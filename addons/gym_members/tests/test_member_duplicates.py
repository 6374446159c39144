from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import format_date

from .common import GymMembersCommon

PERSON = {
    "name": "Lucía Gómez Ortiz",
    "email": "lucia.gomez@correo.mx",
    "phone": "+52 55 5555 0101",
    "vat": "GOOL900214AB1",
    "curp": "BOXW310820HNERXN09",
    "birthdate": "1990-02-14",
}


@tagged("post_install", "-at_install")
class TestMemberDuplicates(GymMembersCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lucia = cls._create_member(**PERSON)

    def _pairs(self, user=None):
        return {
            (pair.member_id, pair.other_id)
            for pair in self.env["gym.member.duplicate"].with_user(user or self.env.user).search([])
        }

    def test_each_reason_is_found_both_ways(self):
        cases = {
            "email": {"email": "LUCIA.Gomez@correo.mx "},
            "phone": {"phone": "55 5555 0101"},
            "vat": {"vat": "gool 900214-ab1"},
            "curp": {"curp": "boxw310820hnerxn09"},
            "name": {"name": "GOMEZ ORTIZ, LUCIA", "birthdate": "1990-02-14"},
        }
        for reason, values in cases.items():
            with self.subTest(reason=reason):
                other = self._create_member(**{"name": "Somebody Else"} | values)
                self.assertEqual(other.duplicate_ids, self.lucia)
                self.assertEqual(other.duplicate_count, 1)
                pair = self.env["gym.member.duplicate"].search([("other_id", "=", other.id)])
                self.assertRecordValues(pair, [{"member_id": self.lucia.id, f"same_{reason}": True, "strength": 1}])
                other.active = False

    def test_what_is_no_duplicate(self):
        cases = {
            "same name only": {"name": PERSON["name"]},
            "same birth date only": {"birthdate": PERSON["birthdate"]},
            "other company": PERSON | {"location_id": self.tijuana.id},
            "child with the mother's phone and mail": {
                "name": "Mía Gómez",
                "email": PERSON["email"],
                "phone": PERSON["phone"],
                "payer_id": self.lucia.partner_id.id,
            },
        }
        for case, values in cases.items():
            with self.subTest(case=case):
                other = self._create_member(**{"name": "Somebody Else"} | values)
                self.assertFalse(other.duplicate_ids)
                self.assertNotIn((self.lucia, other), self._pairs())

    def test_generic_rfc_identifies_nobody(self):
        one, other = (self._create_member(name=name, vat="XAXX010101000") for name in ("One", "Two"))
        self.assertFalse(one.duplicate_ids)
        self.assertNotIn((one, other), self._pairs())

    def test_a_filler_shared_by_many_makes_no_pairs(self):
        members = self.env["gym.member"].create(
            [{"name": f"Filler {i}", "phone": "55 5555 5555", "location_id": self.roma.id} for i in range(51)]
        )
        pairs = self.env["gym.member.duplicate"].search([("member_id", "in", members.ids)])
        self.assertFalse(pairs)
        members[0].active = False
        self.assertEqual(len(self.env["gym.member.duplicate"].search([("member_id", "in", members.ids)])), 50 * 49 // 2)

    def test_found_different_stays_different(self):
        other = self._create_member(name="Twin", email=PERSON["email"])
        pair = self.env["gym.member.duplicate"].with_user(self.manager).search([("other_id", "=", other.id)])
        pair.action_distinct()
        self.assertNotIn((self.lucia, other), self._pairs())
        self.assertFalse(other.duplicate_ids)
        self.assertFalse(self.lucia.duplicate_ids)

    def test_warns_while_typing(self):
        form = Form(self.env["gym.member"].with_user(self.frontdesk))
        form.name = "Luci"
        form.location_id = self.roma
        self.assertEqual(form.duplicate_count, 0)
        form.email = "lucia.gomez@CORREO.mx"
        self.assertEqual(form.duplicate_count, 1)
        self.assertEqual(list(form.duplicate_ids), [self.lucia])
        form.curp = "BOXW310820HNERXN08"
        self.assertTrue(form.identity_warning)

    def test_other_branches_count_without_showing(self):
        far = self._create_member(name="Lucía G", email="far@correo.mx", location_id=self.gdl.id)
        near = self._create_member(name="L Gómez", email="far@correo.mx")
        seen = near.with_user(self.frontdesk)
        self.assertRecordValues(seen, [{"duplicate_ids": [], "duplicate_count": 1, "hidden_duplicate_count": 1}])
        self.assertIn((far, near), self._pairs(self.owner))
        self.assertNotIn((far, near), self._pairs(self.manager))
        with self.assertRaises(AccessError):
            self._pairs(self.frontdesk)

    def test_many_members_cost_as_many_queries_as_one(self):
        members = self.lucia | self.env["gym.member"].create(
            [{"name": f"N {i}", "email": f"n{i}@correo.mx", "location_id": self.roma.id} for i in range(20)]
        )
        counts = []
        for records in (self.lucia, members):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records._find_duplicates()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 1)

    def test_impossible_numbers_are_refused_and_doubtful_ones_pass(self):
        for values in ({"vat": "NOPE"}, {"curp": "BOXW31"}):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.lucia.write(values)
        self.lucia.write({"vat": "GODE561231GR9"})
        self.assertIn("RFC", self.lucia.identity_warning)
        self.lucia.write({"vat": "gode-561231 gr8", "birthdate": "1931-08-21"})
        self.assertEqual(self.lucia.vat, "GODE561231GR8")
        self.assertIn(format_date(self.env, "1931-08-20"), self.lucia.identity_warning)

    def test_foreign_tax_numbers_are_not_judged(self):
        foreigner = self._create_member(name="Jane", vat="98-7654321", country_id=self.env.ref("base.us").id)
        self.assertFalse(foreigner.identity_warning)
