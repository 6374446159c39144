import base64
import io
import json
import zipfile
from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.queue_job.tests.common import trap_jobs

from .common import GymMembersCommon

# Stored fields that say nothing about the person, or only repeat those that do; each with its reason.
TECHNICAL_MEMBER_FIELDS = {
    "id create_uid create_date write_uid write_date",  # who of the staff typed it and when
    "active is_blocked date_blocked anonymised_at merged_into_id merged_ids distinct_member_ids",  # state of the record
    "company_id",  # follows from the branch
    "consent_ids",  # a section of its own
    "partner_id",  # the contact, exported as a section
    "search_key name_key",  # made of name, e-mail and numbers; recomputed when those go
    "activity_ids message_ids message_follower_ids website_message_ids",  # exported as messages
    "health_notes_encrypted",  # exported apart as sensitive, erased by name
}
TECHNICAL_CONTACT_FIELDS = {
    "id create_uid create_date write_uid write_date",
    "active color type is_company employee company_id partner_share signup_type message_bounce is_published website_id",
    "is_gym_blocked gym_location_id gym_member_ids gym_dependant_ids",  # the member, exported as a section
    "email_normalized phone_sanitized complete_name commercial_company_name commercial_partner_id",  # recomputed
    "image_1024 image_512 image_256 image_128",  # smaller copies
    "bank_ids child_ids user_ids",  # sections of their own
    "user_id",  # who of the staff looks after the person
    "visitor_ids channel_ids channel_member_ids rtc_session_ids",  # technical records without content of their own
    "activity_ids message_ids message_follower_ids website_message_ids",
}
OUR_MODULES = "auth_signup base bus contacts gym_members mail phone_validation portal resource utm web website"

SECRETS = {
    "name": "Zxqvorina Wyktelopez",
    "email": "zxqvorina@zxqmail.mx",
    "phone": "+52 55 5555 9876",
    "street": "Calle Zxqstreet 5",
    "street2": "Colonia Zxqcolonia",
    "zip": "98761",
    "city": "Zxqciudad",
    "vat": "GODE561231GR8",
    "curp": "BOXW310820HNERXN09",
    "emergency_name": "Zxqmadre",
    "emergency_phone": "+52 55 5555 4321",
    "emergency_relation": "Zxqtia",
    "comment": "<p>Zxqcomment</p>",
    "function": "Zxqfunction",
    "ref": "Zxqref",
    "website": "http://zxqweb.mx",
}
NEEDLES = ("zxq", "wyktelopez", "5555 9876", "55559876", "gode561231", "boxw310820", "5555 4321", "1931-08-20")


class PersonalDataCommon(GymMembersCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.health_manager = cls._create_staff_with_health()
        cls.member = cls._create_member(**SECRETS, birthdate="1931-08-20", date_joined="2020-01-01")

    @classmethod
    def _create_staff_with_health(cls):
        return new_test_user(
            cls.env,
            "gym_health_manager",
            groups="gym_members.group_gym_manager,gym_members.group_gym_health",
            gym_location_ids=[(6, 0, cls.roma.ids)],
        )

    def _create_consent(self, member=None, **entry):
        document = self.env["gym.consent.document"].create(
            {"name": "Aviso", "purpose": "marketing_email", "company_id": self.company.id, "body": "<p>Acepto</p>"}
        )
        document._set_published()
        return self.env["gym.consent"]._record(
            [{"member": member or self.member, "document": document, "method": "import"} | entry]
        )

    def _create_access_request(self, user=None, **values):
        return (
            self.env["gym.privacy.request"]
            .with_user(user or self.manager)
            .create({"kind": "access", "member_id": self.member.id, "identity_method": "official_id"} | values)
        )


@tagged("post_install", "-at_install")
class TestPersonalDataExport(PersonalDataCommon):
    def _open(self, content):
        archive = zipfile.ZipFile(io.BytesIO(base64.b64decode(content)))
        return json.loads(archive.read("data.json"))["data"], archive

    def test_every_stored_field_is_classified(self):
        spec = self.env["gym.member"]._get_personal_fields()
        for model, technical in (
            ("gym.member", TECHNICAL_MEMBER_FIELDS),
            ("res.partner", TECHNICAL_CONTACT_FIELDS),
        ):
            known = set(spec[model]) | {name for group in technical for name in group.split()}
            stored = self.env["ir.model.fields"].search([("model", "=", model), ("store", "=", True)])
            ours = {field.name for field in stored if set(field.modules.split(", ")) <= set(OUR_MODULES.split())}
            self.assertFalse(ours - known, f"Say in _get_personal_fields what becomes of these fields of {model}")
            data = self.member._get_personal_data()["member" if model == "gym.member" else "contact"][0]
            self.assertEqual(set(data), set(spec[model]))

    def test_everything_typed_in_is_in_the_export(self):
        self.member.message_post(body="Zxqnote about the locker")
        self.env["ir.attachment"].create(
            {"name": "scan.pdf", "raw": b"%PDF zxq", "res_model": "gym.member", "res_id": self.member.id}
        )
        ward = self._create_member(name="Zxqhijo", guardian_id=self.member.partner_id.id)
        self._create_consent(ip_address="203.0.113.77")
        request = self._create_access_request()
        request.action_verify()
        request._export_personal_data()
        data, archive = self._open(request.export_file)
        self.assertEqual(data["consents"][0]["ip_address"], "203.0.113.77")
        self.assertIn("member.joined", [event["type"] for event in data["events"]])
        text = json.dumps(data, ensure_ascii=False)
        for name, value in SECRETS.items():
            self.assertIn(value, text, name)
        self.assertIn("Zxqnote about the locker", text)
        self.assertEqual(archive.read(data["documents"][0]["file"]), b"%PDF zxq")
        self.assertIn({"relation": "is guardian of", "name": ward.name}, data["household"])
        self.assertEqual(data["member"][0]["birthdate"], "1931-08-20")
        self.assertIn("member.csv", archive.namelist())

    def test_a_merged_record_is_exported_too(self):
        other = self._create_member(name="Zxq Otra", curp="BOXW310820HNERXN09")
        other.with_user(self.manager)._merge_into(self.member.with_user(self.manager), {})
        self.assertEqual(len(self.member._get_personal_data()["member"]), 2)

    def test_runs_as_a_job_after_verification(self):
        request = self._create_access_request()
        with trap_jobs() as trap:
            with self.assertRaises(UserError):
                request.action_export()
            trap.assert_jobs_count(0)
            request.action_verify()
            request.action_export()
            trap.assert_jobs_count(1)
            trap.perform_enqueued_jobs()
        self.assertTrue(request.export_file)
        other = self._create_access_request(kind="opposition")
        other.action_verify()
        with self.assertRaises(UserError):
            other._export_personal_data()
        self.assertFalse(other.export_file)

    def test_health_notes_only_when_asked_and_by_right(self):
        self.member.sudo().health_notes = "Zxqasma"
        for user, asked, expected in (
            (self.manager, True, False),
            (self.health_manager, False, False),
            (self.health_manager, True, True),
        ):
            with self.subTest(user=user.login, asked=asked):
                request = self._create_access_request(user, includes_health=asked)
                request.action_verify()
                request._export_personal_data()
                self.assertNotIn("Zxqasma", json.dumps(self._open(request.export_file)[0]))
                self.assertEqual(bool(request.sudo().health_export_file), expected)
        self.assertIn("Zxqasma", json.dumps(self._open(request.sudo().health_export_file)[0]))
        with self.assertRaises(AccessError):
            request.with_user(self.manager).read(["health_export_file"])
        file = self.env["ir.attachment"].search(
            [("res_model", "=", request._name), ("res_id", "=", request.id), ("res_field", "=", "health_export_file")]
        )
        with self.assertRaises(AccessError):
            file.with_user(self.manager).read(["raw"])
        self.assertTrue(file.with_user(self.health_manager).raw)

    def test_hand_over_by_mail_sends_the_export_and_never_the_health_notes(self):
        self.member.sudo().health_notes = "Zxqasma"
        request = self._create_access_request(self.health_manager, includes_health=True, delivery="email")
        request.action_verify()
        request.write({"answer": "granted", "answer_text": "Here"})
        request.action_answer()
        with self.assertRaises(UserError):
            request.action_execute()
        request._export_personal_data()
        request.action_execute()
        mail = self.env["mail.mail"].sudo().search([("model", "=", request._name), ("res_id", "=", request.id)])[0]
        self.assertEqual(mail.attachment_ids.mapped("raw"), [base64.b64decode(request.export_file)])


@tagged("post_install", "-at_install")
class TestBlock(PersonalDataCommon):
    def _block(self):
        request = self._create_access_request(kind="cancellation")
        request.action_verify()
        request.write({"answer": "granted", "answer_text": "Yes"})
        request.action_answer()
        request.action_execute()
        return request

    def test_blocked_is_hidden_archived_and_frozen(self):
        user = new_test_user(self.env, "zxq_portal", groups="base.group_portal")
        user.partner_id = self.member.partner_id
        self._block()
        self.assertRecordValues(self.member, [{"active": False, "is_blocked": True}])
        self.assertFalse(self.member.partner_id.active)
        self.assertFalse(user.active)
        found = {
            user.login: bool(
                self.env["gym.member"]
                .with_user(user)
                .with_context(active_test=False)
                .search([("id", "=", self.member.id)])
            )
            for user in (self.frontdesk, self.trainer, self.accountant, self.manager, self.owner)
        }
        self.assertEqual(list(found.values()), [False, False, False, True, True])
        contacts = self.env["res.partner"].with_context(active_test=False)
        of_contact = [("id", "=", self.member.partner_id.id)]
        self.assertFalse(contacts.with_user(self.frontdesk).search(of_contact))
        self.assertTrue(contacts.with_user(self.accountant).search(of_contact))
        for record in (self.member, self.member.partner_id):
            with self.assertRaises(UserError):
                record.with_user(self.owner).write({"phone": "1"})
        self.assertEqual(self.member.phone, SECRETS["phone"])

    def test_nothing_is_sent_to_the_blocked(self):
        partner = self.member.partner_id
        self._block()
        mails = self.env["mail.mail"].create(
            [
                {"recipient_ids": [(4, partner.id)], "body_html": "Come back"},
                {"email_to": SECRETS["email"], "body_html": "Come back"},
                {"email_to": "other@correo.mx", "body_html": "Hello"},
                {"email_to": SECRETS["email"], "model": "gym.privacy.request", "body_html": "Your request"},
            ]
        )
        self.assertEqual([len(mail._prepare_outgoing_list()) for mail in mails], [0, 0, 1, 1])
        self.env["res.partner"].create({"name": "Sister", "email": SECRETS["email"]})
        self.assertEqual(len(mails[1]._prepare_outgoing_list()), 1, "a shared address stays reachable for the others")

    def test_blocked_members_consent_to_nothing(self):
        self._create_consent()
        self.assertTrue(self.member._has_consent("marketing_email"))
        self._block()
        self.assertFalse(self.member._has_consent("marketing_email"))

    def test_a_mistake_is_undone_by_an_owner_only(self):
        self._block()
        with self.assertRaises(UserError):
            self.member.with_user(self.manager).action_unblock()
        self.assertTrue(self.member.is_blocked)
        self.member.with_user(self.owner).action_unblock()
        self.assertRecordValues(self.member, [{"active": True, "is_blocked": False}])

    def test_staff_with_a_login_is_not_blocked(self):
        self.member.partner_id.user_ids = new_test_user(self.env, "zxq_employee", groups="base.group_user")
        with self.assertRaises(UserError):
            self._block()
        self.assertFalse(self.member.is_blocked)


@tagged("post_install", "-at_install")
class TestAnonymise(PersonalDataCommon):
    def setUp(self):
        super().setUp()
        member, partner = self.member, self.member.partner_id
        member.sudo().health_notes = "Zxqasma"
        self.env["res.users"].with_context(no_reset_password=True).create(
            {
                "login": "zxqlogin@zxqmail.mx",
                "partner_id": partner.id,
                "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
            }
        )
        self.env["res.partner"].create({"name": "Zxqentrega", "parent_id": partner.id, "street": "Zxqother 1"})
        self.env["res.partner.bank"].create({"acc_number": "ZXQ032180000118359719", "partner_id": partner.id})
        self.other = self._create_member(name="Zxqvorina W", email="zxqold@zxqmail.mx")
        self.other.with_user(self.manager)._merge_into(member.with_user(self.manager), {})
        member.message_post(body="Zxqnote", attachments=[("zxq.txt", b"zxq")])
        elsewhere = self._create_member(name="Ana Ruiz")
        elsewhere.message_post(body="Zxqvorina wrote this", author_id=partner.id, email_from=SECRETS["email"])
        self.env["mail.mail"].create({"email_to": SECRETS["email"], "body_html": "Hello Zxqvorina"})
        self.env["mail.blacklist"]._add(SECRETS["email"])
        self.consent = self._create_consent(ip_address="203.0.113.77", signature=base64.b64encode(b"drawn"))
        imported = self.env["gym.member.import"].create(
            {"name": "old.csv", "file": base64.b64encode(b"Nombre\nZxqvorina"), "location_id": self.roma.id}
        )
        self.line = self.env["gym.member.import.line"].create(
            {
                "import_id": imported.id,
                "line_number": 2,
                "member_id": member.id,
                "raw": {"Nombre": "Zxqvorina"},
                "values": {"name": "Zxqvorina"},
                "name": "Zxqvorina",
                "birthdate": "1931-08-20",
            }
        )
        request = self._create_access_request(description="I am Zxqvorina", includes_health=True, identity_note="Zxq1")
        request.action_verify()
        request._export_personal_data()
        request.action_withdraw()
        self.requests = request

    def _block(self, day="2026-07-01 18:00:00"):
        with freeze_time(day):
            self.member._block_personal_data("test")

    def _find_traces(self):
        """Return every text column of the database where something of the person can still be read."""
        self.env.flush_all()
        columns = self.env.execute_query(
            SQL(
                """SELECT c.relname, a.attname FROM pg_attribute a
                     JOIN pg_class c ON c.oid = a.attrelid
                     JOIN pg_type t ON t.oid = a.atttypid
                    WHERE c.relkind = 'r' AND c.relnamespace = current_schema::regnamespace AND NOT a.attisdropped
                      AND t.typname IN ('text', 'varchar', 'json', 'jsonb', 'date')"""
            )
        )
        pattern = "|".join(NEEDLES)
        return {
            f"{table}.{column}"
            for table, column in columns
            if self.env.execute_query(
                SQL(
                    "SELECT FROM %s WHERE %s::text ~* %s AND %s LIMIT 1",
                    SQL.identifier(table),
                    SQL.identifier(column),
                    pattern,
                    # style sheets of the web client hold any three letters
                    SQL("COALESCE(res_model, '') != 'ir.ui.view'" if table == "ir_attachment" else "TRUE"),
                )
            )
        }

    def test_nothing_of_the_person_is_left_in_the_database(self):
        before = self._find_traces()
        self.assertLessEqual(
            {"res_partner.email", "mail_message.body", "res_users.login", "gym_member.birthdate", "mail_mail.email_to"},
            before,
        )
        self._block()
        self.member._anonymise(date(2031, 7, 2))
        self.assertEqual(self._find_traces(), set())
        number = self.member.member_number
        self.assertRecordValues(
            self.member,
            [
                {
                    "name": f"Anonymised {number}",
                    "date_joined": date(2020, 1, 1),
                    "image_1920": False,
                    "is_blocked": True,
                }
            ],
        )
        self.assertTrue(self.member.anonymised_at)
        self.assertTrue(self.other.anonymised_at)
        self.assertFalse(self.member.sudo().health_notes)
        self.assertFalse(
            self.env["ir.attachment"]
            .with_context(skip_res_field_check=True)
            .search([("res_model", "in", ("gym.member", "gym.privacy.request")), ("res_id", "in", self.requests.ids)])
        )
        self.assertRecordValues(self.consent, [{"signer_name": False, "ip_address": False, "signature": False}])
        self.assertRecordValues(self.consent, [{"purpose": "marketing_email", "method": "import"}])
        self.assertNotIn(b"Zxq", base64.b64decode(self.line.import_id.file))
        self.assertEqual(self.line.line_number, 2)
        events = self.env["gym.event"].search([("member_id", "in", (self.member | self.other).ids)])
        self.assertIn("member.merged", events.mapped("type"))
        self.assertEqual([payload for payload in events.mapped("payload") if payload], [])
        self.assertEqual(self.requests.state, "withdrawn")
        self.assertEqual(self.requests.log_ids[-1].action, "anonymised")

    def test_kept_while_a_reason_holds(self):
        self._block()
        for day in (date(2026, 7, 20), date(2031, 7, 1)):
            with self.subTest(day=day), self.assertRaises(UserError):
                self.member._anonymise(day)
        self.assertEqual(self.member.name, SECRETS["name"])
        self.assertEqual(self.member._get_anonymisable_ids(date(2031, 7, 1)), [])
        self.assertEqual(self.member._get_anonymisable_ids(date(2031, 7, 2)), self.member.ids)

    def test_prospects_are_kept_only_while_they_may_complain(self):
        prospect = self._create_member(name="Prospect")
        with freeze_time("2026-07-01 18:00:00"):
            prospect._block_personal_data("test")
        self.assertNotIn(prospect.id, prospect._get_anonymisable_ids(date(2026, 7, 22)))
        self.assertIn(prospect.id, prospect._get_anonymisable_ids(date(2026, 7, 23)))

    def test_an_open_request_keeps_the_data(self):
        self._block()
        self.env["gym.privacy.request"].create({"kind": "access", "member_id": self.member.id})
        with self.assertRaises(UserError):
            self.member._anonymise(date(2040, 1, 1))
        self.assertEqual(self.member.name, SECRETS["name"])

    def test_not_without_a_block(self):
        with self.assertRaises(UserError):
            self.member._anonymise(date(2040, 1, 1))
        self.assertEqual(self.member.name, SECRETS["name"])

    def test_wizard_tells_before_and_wants_a_confirmation(self):
        self._block()
        wizards = self.env["gym.member.anonymise"]
        with freeze_time("2026-08-01 18:00:00"):
            wizard = wizards.with_user(self.owner).create({"member_id": self.member.id})
            self.assertIn("2031-07-01", wizard.waits)
            wizard.is_confirmed = True
            with self.assertRaises(UserError):
                wizard.action_anonymise()
        with freeze_time("2031-07-03 18:00:00"):
            wizard = wizards.with_user(self.owner).create({"member_id": self.member.id})
            self.assertFalse(wizard.waits)
            self.assertIn("Emergency", wizard.removed)
            with self.assertRaises(UserError):
                wizard.action_anonymise()
            self.assertEqual(self.member.name, SECRETS["name"])
            with self.assertRaises(AccessError):
                wizards.with_user(self.manager).create({"member_id": self.member.id})
            with self.assertRaises(UserError):
                self.member.with_user(self.manager).action_open_anonymise()
            wizard.is_confirmed = True
            wizard.action_anonymise()
        self.assertNotEqual(self.member.name, SECRETS["name"])

    @mute_logger("odoo.addons.vigor_cron.models.ir_cron")
    def test_one_that_cannot_be_removed_stops_no_other(self):
        broken = self._create_member(name="Zxqbroken", location_id=self.roma.id)
        broken._block_personal_data("test")
        self._block()
        erase = type(broken)._erase_fields

        def fail_for_one(members):
            if broken in members:
                raise ValueError("no name")
            erase(members)

        with patch.object(type(broken), "_erase_fields", fail_for_one), freeze_time("2032-01-01 18:00:00"):
            self.env["ir.cron"]._do_together(self.member | broken, "_anonymise", date(2032, 1, 1))
        self.assertTrue(self.member.anonymised_at)
        self.assertEqual((broken.anonymised_at, broken.name), (False, "Zxqbroken"))

    def test_twice_changes_nothing(self):
        self._block()
        self.member._anonymise(date(2031, 7, 2))
        first = self.member.anonymised_at
        self.member._anonymise(date(2031, 7, 3))
        self.assertEqual(self.member.anonymised_at, first)
        self.assertEqual(self.requests.log_ids.mapped("action").count("anonymised"), 1)
        self.assertNotIn(self.member.id, self.member._get_anonymisable_ids(date(2032, 1, 1)))
        self.member.with_user(self.owner).action_unblock()
        self.assertTrue(self.member.is_blocked)
