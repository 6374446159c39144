import contextlib

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import GymMembersCommon

# operations each role may do on a record of its own branch: c(reate) r(ead) w(rite) u(nlink)
MATRIX = {
    "gym.location": {"trainer": "r", "frontdesk": "r", "manager": "rw", "accountant": "r", "owner": "crwu"},
    "gym.location.closure": {"trainer": "r", "frontdesk": "r", "manager": "crwu", "accountant": "r", "owner": "crwu"},
    "gym.location.iva.zone": {
        "trainer": "r",
        "frontdesk": "r",
        "manager": "r",
        "accountant": "crwu",
        "owner": "crwu",
    },
    "gym.member": {"trainer": "r", "frontdesk": "crw", "manager": "crw", "accountant": "r", "owner": "crwu"},
}

# the same for what comes into being by verbs of its own, wizards included; their own tests say who sees which record
NOBODY = {"trainer": "", "frontdesk": "", "manager": "", "accountant": "", "owner": ""}
READERS = {"trainer": "r", "frontdesk": "r", "manager": "r", "accountant": "r", "owner": "r"}
DESK = NOBODY | {"frontdesk": "crwu", "manager": "crwu", "owner": "crwu"}
MANAGERS = NOBODY | {"manager": "crwu", "owner": "crwu"}
MANAGERS_READ = NOBODY | {"manager": "r", "owner": "r"}
RIGHTS = {
    "gym.consent": READERS,
    "gym.consent.document": READERS | {"owner": "crwu"},
    "gym.consent.paper": DESK,
    "gym.consent.tablet": MANAGERS_READ,
    "gym.consent.tablet.link": DESK,
    "gym.event": READERS,
    "gym.member.anonymise": NOBODY | {"owner": "crwu"},
    "gym.member.duplicate": MANAGERS_READ,
    "gym.member.import": MANAGERS,
    "gym.member.import.column": NOBODY | {"manager": "rw", "owner": "rw"},
    "gym.member.import.status": NOBODY | {"manager": "rw", "owner": "rw"},
    "gym.member.import.line": MANAGERS_READ,
    "gym.member.merge": MANAGERS,
    "gym.member.merge.line": MANAGERS,
    "gym.privacy.extend": MANAGERS,
    "gym.privacy.log": MANAGERS_READ,
    "gym.privacy.request": NOBODY | {"manager": "crw", "owner": "crw"},
}
OPERATIONS = {"c": "create", "r": "read", "w": "write", "u": "unlink"}


@tagged("post_install", "-at_install")
class TestAccess(GymMembersCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.spare = cls._create_location(name="Spare", parent_id=cls.roma.id, code="T-SPA")
        cls.mine = cls._create_member(name="Ana de Roma", location_id=cls.roma.id)
        cls.neighbour = cls._create_member(name="Beto de Guadalajara", location_id=cls.gdl.id)
        cls.stranger = cls._create_member(name="Carla de Tijuana", location_id=cls.tijuana.id)

    def _users(self):
        return {role: getattr(self, role) for role in ("trainer", "frontdesk", "manager", "accountant", "owner")}

    def _values(self, model):
        return {
            "gym.location": {"name": "New", "zip": "01000", "company_id": self.company.id},
            "gym.location.closure": {"location_id": self.roma.id, "date_start": "2026-12-25", "reason": "Christmas"},
            "gym.location.iva.zone": {
                "location_id": self.roma.id,
                "zone": "general",
                "date_start": "2026-01-01",
                "date_end": "2026-12-31",
            },
            "gym.member": {"name": "New", "location_id": self.roma.id},
        }[model]

    def _record(self, model):
        return self.spare if model == "gym.location" else self.env[model].create(self._values(model))

    def _is_allowed(self, model, user, operation):
        """Try it as ``user``, undo it, and tell whether it was allowed; a refusal leaves the table as it was."""
        with contextlib.closing(self.env.cr.savepoint()) as savepoint:
            record = self._record(model)
            before = self.env[model].search([]).ids, record.read(list(self._harmless_write(model)))
            try:
                with self.env.cr.savepoint():
                    self._act(record.with_user(user), operation)
            except AccessError:
                after = self.env[model].search([]).ids, record.read(list(self._harmless_write(model)))
                self.assertEqual(after, before)
                return False
            finally:
                savepoint.rollback()
                self.env.invalidate_all()
        return True

    def _act(self, record, operation):
        match operation:
            case "c":
                record.create(self._values(record._name) | self._create_extra(record._name))
            case "r":
                record.read(["display_name"])
            case "w":
                record.write(self._harmless_write(record._name))
            case "u":
                record.unlink()

    def _create_extra(self, model):
        return {"date_start": "2030-01-01", "date_end": "2030-12-31"} if model == "gym.location.iva.zone" else {}

    def _harmless_write(self, model):
        return {
            "gym.location": {"capacity": 80},
            "gym.location.closure": {"reason": "Works"},
            "gym.location.iva.zone": {"zone": "border_north"},
            "gym.member": {"gender": "female"},
        }[model]

    def test_every_role_may_do_exactly_what_its_row_says(self):
        for model, roles in MATRIX.items():
            for role, user in self._users().items():
                for operation in "crwu":
                    with self.subTest(model=model, role=role, operation=operation):
                        self.assertEqual(self._is_allowed(model, user, operation), operation in roles[role])

    def test_no_model_is_left_out_of_the_tables(self):
        own = {
            name
            for name, model in self.registry.items()
            if model._original_module == "gym_members" and not model._abstract
        }
        self.assertEqual(own, MATRIX.keys() | RIGHTS.keys())

    def test_every_role_has_exactly_the_rights_its_row_says(self):
        for model, roles in RIGHTS.items():
            for role, user in self._users().items():
                with self.subTest(model=model, role=role):
                    records = self.env[model].with_user(user)
                    allowed = "".join(letter for letter, name in OPERATIONS.items() if records.has_access(name))
                    self.assertEqual(allowed, roles[role])

    def test_members_in_the_portal_have_no_rights_of_their_own(self):
        portal_user = new_test_user(self.env, "gym_portal_member", groups="base.group_portal")
        for model in MATRIX.keys() | RIGHTS.keys():
            for name in OPERATIONS.values():
                with self.subTest(model=model, operation=name):
                    self.assertFalse(self.env[model].with_user(portal_user).has_access(name))

    def test_staff_see_only_the_members_of_their_branches(self):
        for role in ("trainer", "frontdesk", "manager"):
            with self.subTest(role=role):
                user = self._users()[role]
                found = self.env["gym.member"].with_user(user).search([("name", "like", " de ")])
                self.assertIn(self.mine, found)
                self.assertFalse(found & (self.neighbour | self.stranger))

    def test_staff_cannot_open_or_change_a_member_of_another_branch(self):
        for member in (self.neighbour, self.stranger):
            with self.assertRaises(AccessError):
                member.with_user(self.frontdesk).read(["name"])
            with self.assertRaises(AccessError):
                member.with_user(self.frontdesk).write({"gender": "male"})
            self.assertFalse(member.gender)

    def test_staff_cannot_send_a_member_where_they_do_not_see(self):
        with self.assertRaises(AccessError):
            self.mine.with_user(self.frontdesk).location_id = self.gdl
        self.assertEqual(self.mine.location_id, self.roma)

    def test_nobody_sets_a_stage_by_hand(self):
        with self.assertRaises(AccessError):
            self.mine.with_user(self.owner).write({"stage": "active"})
        self.assertEqual(self.mine.stage, "prospect")

    def test_the_front_desk_sees_the_stage_follow(self):
        self.mine.with_user(self.frontdesk).date_joined = "2026-01-10"
        self.assertEqual(self.mine.stage, "active")

    def test_staff_cannot_see_a_member_of_another_branch_as_a_contact(self):
        contacts = self.env["res.partner"].with_user(self.frontdesk).search([("name", "like", " de ")])
        self.assertIn(self.mine.partner_id, contacts)
        self.assertFalse(contacts & (self.neighbour | self.stranger).partner_id)
        with self.assertRaises(AccessError):
            self.neighbour.partner_id.with_user(self.frontdesk).read(["email"])

    def test_an_employee_without_a_role_at_the_gym_sees_no_member(self):
        clerk = self.env["res.users"].create(
            {"name": "Clerk", "login": "clerk", "group_ids": [(6, 0, [self.env.ref("base.group_user").id])]}
        )
        contacts = self.env["res.partner"].with_user(clerk).search([("name", "like", " de ")])
        self.assertFalse(contacts & (self.mine | self.neighbour | self.stranger).partner_id)
        with self.assertRaises(AccessError):
            self.env["gym.member"].with_user(clerk).search([])

    def test_owner_and_accountant_see_every_branch_of_their_company_only(self):
        for user in (self.owner, self.accountant):
            found = self.env["gym.member"].with_user(user).search([("name", "like", " de ")])
            self.assertEqual(found & (self.mine | self.neighbour | self.stranger), self.mine | self.neighbour)
            with self.assertRaises(AccessError):
                self.stranger.with_user(user).read(["name"])

    def test_assigning_a_branch_takes_effect_at_once(self):
        members = self.env["gym.member"].with_user(self.frontdesk)
        self.assertFalse(members.search([("id", "=", self.neighbour.id)]))
        self.gdl.user_ids = [(4, self.frontdesk.id)]
        self.assertTrue(members.search([("id", "=", self.neighbour.id)]))
        self.frontdesk.gym_location_ids = [(3, self.gdl.id)]
        self.assertFalse(members.search([("id", "=", self.neighbour.id)]))

    def test_staff_of_a_region_see_its_branches(self):
        region = self._create_location(name="Occidente", kind="region", code="T-OCC")
        self.gdl.parent_id = region
        self.trainer.gym_location_ids = [(6, 0, region.ids)]
        self.assertTrue(self.env["gym.member"].with_user(self.trainer).search([("id", "=", self.neighbour.id)]))

    def test_health_notes_need_their_own_group(self):
        for role in ("trainer", "frontdesk", "manager", "owner"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.mine.with_user(self._users()[role]).read(["health_notes"])
        self.assertNotIn("health_notes", self.mine.with_user(self.owner).fields_get())

    def test_ciphertext_of_health_notes_is_for_nobody(self):
        self.trainer.group_ids = [(4, self.env.ref("gym_members.group_gym_health").id)]
        with self.assertRaises(AccessError):
            self.mine.with_user(self.trainer).read(["health_notes_encrypted"])
