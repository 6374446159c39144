from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import GymMembersCommon


@tagged("post_install", "-at_install")
class TestCraftedCalls(GymMembersCommon):
    """What staff reach who call the server with ids, values and contexts that no form of ours sends."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine = cls._create_member(name="Ana de Roma", email="ana@example.com")
        cls.neighbour = cls._create_member(
            name="Beto", location_id=cls.gdl.id, email="beto@example.com", phone="5511112222"
        )
        cls.stranger = cls._create_member(name="Carla", location_id=cls.tijuana.id, email="carla@example.com")
        cls.env.flush_all()
        cls.env.invalidate_all()

    def _assert_refused(self, model, values, user, **context):
        """Assert that ``user`` can neither create this nor leave anything behind."""
        records = self.env[model].sudo().with_context(active_test=False)
        before = records.search_count([])
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.env[model].with_user(user).with_context(**context).create(values)
        self.env.invalidate_all()
        self.assertEqual(records.search_count([]), before)

    def test_a_merge_shows_nothing_of_a_member_of_another_branch_or_company(self):
        for other in (self.neighbour, self.stranger):
            for ids in ((self.mine.id, other.id), (other.id, self.mine.id)):
                values = dict(zip(("winner_id", "loser_id"), ids, strict=True))
                self._assert_refused("gym.member.merge", values, self.manager)
                with self.assertRaises(AccessError):
                    self.env["gym.member.merge"].with_user(self.manager).new(values).blockers  # noqa: B018

    def test_a_privacy_request_is_about_a_member_whom_the_manager_sees(self):
        for other in (self.neighbour, self.stranger):
            values = {"member_id": other.id, "location_id": self.roma.id, "kind": "cancellation"}
            self._assert_refused("gym.privacy.request", values, self.manager)

    def test_the_form_of_a_privacy_request_names_nobody_whom_the_manager_does_not_see(self):
        requests = self.env["gym.privacy.request"].with_user(self.manager)
        asked = {"requester_name": {}, "requester_email": {}, "member_id": {}}
        for other in (self.neighbour, self.stranger):
            with self.assertRaises(AccessError):
                requests.onchange({"member_id": other.id}, ["member_id"], asked)
        values = requests.onchange({"member_id": self.mine.id}, ["member_id"], asked)["value"]
        self.assertEqual(values["requester_email"], "ana@example.com")

    def test_a_privacy_request_is_not_turned_to_a_member_of_another_branch(self):
        request = (
            self.env["gym.privacy.request"]
            .with_user(self.manager)
            .create({"member_id": self.mine.id, "kind": "access", "identity_method": "official_id"})
        )
        with self.assertRaises(AccessError):
            request.write({"member_id": self.neighbour.id, "location_id": self.roma.id})
        self.assertEqual(request.sudo().member_id, self.mine)

    def test_the_clock_and_the_steps_of_a_privacy_request_are_not_set_from_outside(self):
        requests = self.env["gym.privacy.request"].with_user(self.manager)
        crafted = requests.with_context(default_state="executed", default_verified_at="2020-01-01 00:00:00")
        request = crafted.create({"member_id": self.mine.id, "kind": "access"})
        self.assertEqual(request.state, "received")
        self.assertFalse(request.verified_at)
        due = request.date_deadline
        with self.assertRaises(AccessError):
            request.write({"date_deadline": "2040-01-01"})
        self.assertEqual(request.date_deadline, due)

    def test_the_portal_wizard_tells_no_address_of_a_hidden_contact(self):
        for other in (self.neighbour, self.stranger):
            values = {"partner_ids": [Command.set(other.partner_id.ids)]}
            self._assert_refused("portal.wizard", values, self.frontdesk)

    def test_the_paper_form_names_nobody_of_another_branch(self):
        document = self.env["gym.consent.document"].search([], limit=1)
        values = {"member_id": self.neighbour.id, "document_id": document.id, "scan": b"eA=="}
        self._assert_refused("gym.consent.paper", values, self.frontdesk)

    def test_a_colleague_reads_nothing_of_an_open_wizard(self):
        """Not even one with the same rights: who is new at the desk of another branch counts up ids."""
        document = self.env["gym.consent.document"].search([], limit=1)
        paper = self.env["gym.consent.paper"].with_user(self.frontdesk)
        paper = paper.create({"member_id": self.mine.id, "document_id": document.id, "scan": b"eA=="})
        colleague = self._create_staff("frontdesk", self.gdl, self.other_company)
        colleague.write({"company_ids": [Command.link(self.company.id)], "company_id": self.company.id})
        for do in (lambda one: one.read(["scan", "signer_name"]), lambda one: one.write({"signer_name": "X"})):
            with self.assertRaises(AccessError):
                do(paper.with_user(colleague))
        self.assertTrue(paper.read(["scan"])[0]["scan"])

    def test_nobody_sets_the_technical_fields_of_a_member(self):
        for name, value in {
            "is_blocked": True,
            "date_blocked": "2026-01-01",
            "anonymised_at": "2026-01-01 00:00:00",
            "merged_into_id": self.neighbour.id,
            "company_id": self.other_company.id,
            "search_key": "nobody finds this",
            "name_key": "nobody",
        }.items():
            with self.subTest(field=name):
                before = self.mine[name]
                with self.assertRaises(AccessError):
                    self.mine.with_user(self.owner).write({name: value})
                self.assertEqual(self.mine[name], before)
                new = {"name": "Nueva", "location_id": self.roma.id}
                self._assert_refused("gym.member", new | {name: value}, self.frontdesk)
        member = self.env["gym.member"].with_user(self.frontdesk).with_context(default_is_blocked=True).create(new)
        self.assertFalse(member.is_blocked)

    def test_the_desk_gives_no_numbers(self):
        before, given = self.mine.member_number, self._create_member(name="Other").member_number
        new = {"name": "Nueva", "location_id": self.roma.id}
        for number in ("VIP-1", given, False, "000000"):
            with self.assertRaises(AccessError):
                self.mine.with_user(self.frontdesk).write({"member_number": number})
        self._assert_refused("gym.member", new | {"member_number": "VIP-1"}, self.frontdesk)
        made = self.env["gym.member"].with_user(self.frontdesk).with_context(default_member_number="VIP-1").create(new)
        self.assertNotEqual(made.member_number, "VIP-1")
        self.assertEqual(self.mine.member_number, before)

    def test_a_manager_gives_what_the_sequence_gave_and_nobody_has(self):
        left = self._create_member(name="Left")
        number, mine = left.member_number, self.mine.with_user(self.manager)
        for wrong in ("VIP-1", f"{int(number) + 1:06d}", f"{number}0", False):
            with self.assertRaisesRegex(UserError, "has not given the number"):
                mine.write({"member_number": wrong})
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            mine.write({"member_number": number})
            self.env.flush_all()
        left.member_number = False
        mine.write({"member_number": number})
        self.assertEqual(self.mine.member_number, number)
        self.assertNotEqual(self._create_member(name="Next").member_number, number)

    def test_nobody_hides_or_shows_a_contact_by_hand(self):
        contact = self.mine.partner_id
        for values in ({"gym_location_id": False}, {"is_gym_blocked": True}):
            with self.assertRaises(AccessError):
                contact.with_user(self.frontdesk).write(values)
        self.assertEqual(contact.gym_location_id, self.roma)
        self.assertFalse(contact.is_gym_blocked)

    def test_a_hidden_contact_is_not_made_a_member_to_read_it(self):
        hidden = self.env["res.partner"].create({"name": "Proveedor", "company_id": self.other_company.id})
        self._assert_refused("gym.member", {"partner_id": hidden.id, "location_id": self.roma.id}, self.frontdesk)
        with self.assertRaises(AccessError):
            self.mine.with_user(self.frontdesk).write({"partner_id": hidden.id})
        self.assertNotEqual(self.mine.partner_id, hidden)

    def test_an_import_and_a_document_begin_at_their_beginning(self):
        imports = self.env["gym.member.import"].with_user(self.manager).with_context(default_state="running")
        self.assertEqual(imports.create({"name": "a.csv", "file": b"eA==", "location_id": self.roma.id}).state, "draft")
        documents = self.env["gym.consent.document"].with_user(self.owner)
        documents = documents.with_context(
            default_published_at="2020-01-01 00:00:00", default_date_retired="2020-01-01"
        )
        document = documents.create({"name": "Aviso", "purpose": "image"})
        self.assertFalse(document.published_at or document.date_retired)

    def test_what_blocked_members_did_and_signed_is_hidden_from_the_floor(self):
        self.mine._block_personal_data("test")
        self.env.flush_all()
        for user, is_shown in ((self.trainer, False), (self.frontdesk, False), (self.manager, True)):
            with self.subTest(user=user.login):
                events = self.env["gym.event"].with_user(user).search([("member_id", "=", self.mine.id)])
                self.assertEqual(bool(events), is_shown)
                rules = self.env["ir.rule"].with_user(user)._compute_domain("gym.consent", "read")
                self.assertEqual("is_blocked" not in str(rules), is_shown)
