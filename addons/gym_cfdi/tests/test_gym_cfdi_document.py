from contextlib import closing, suppress
from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .common import NOW, CfdiCase

ROLES = {
    "nobody": "base.group_user",
    "invoicing": "account.group_account_invoice",
    "reader": "gym_cfdi.group_cfdi_user",
    "manager": "gym_cfdi.group_cfdi_manager",
    "administrator": "account.group_account_manager,base.group_system",
}


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestDocument(CfdiCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: new_test_user(
                cls.env(context={"no_reset_password": True}),
                f"cfdi_document_{role}",
                groups=groups,
                company_id=cls.company.id,
                company_ids=[(6, 0, cls.company.ids)],
            )
            for role, groups in ROLES.items()
        }

    # --- rights

    def test_nobody_writes_creates_or_deletes_documents_and_attempts(self):
        document = self._create_documents()
        self._stamp(document)
        for role, user in self.users.items():
            for record in (document, document.attempt_ids):
                mine = record.with_user(user)
                may_read = role != "nobody"
                with self.subTest(role=role, model=record._name):
                    self.assertEqual(mine.has_access("read"), may_read)
                    for operation, call in (
                        ("write", lambda mine=mine: mine.write({"company_id": self.company.id})),
                        ("unlink", mine.unlink),
                        ("create", lambda mine=mine: mine.copy()),
                    ):
                        with self.assertRaises(AccessError, msg=operation):
                            call()
        self.assertEqual((document.state, len(document.attempt_ids)), ("stamped", 1))

    def test_documents_of_another_company_are_not_seen(self):
        other = self.env["res.company"].create({"name": "Other"})
        mine = self._create_documents()
        theirs = self._create_documents(company_id=other.id)
        pac, _fake = self._create_pac("Theirs", company_id=other.id)
        reader = self.users["manager"]
        seen = self.Document.with_user(reader).search([("id", "in", (mine | theirs).ids)])
        self.assertEqual(seen, mine)
        self.assertNotIn(pac, self.env["gym.cfdi.pac"].with_user(reader).search([]))
        with self.assertRaises(AccessError):
            theirs.with_user(reader).read(["uuid"])
        with self.assertRaises(AccessError):
            theirs.with_user(reader).action_stamp_now()
        self.assertEqual(theirs.state, "to_seal")

    def test_only_managers_set_up_providers_and_no_one_reads_their_secrets(self):
        for role, user in self.users.items():
            may = role in ("manager", "administrator")
            with self.subTest(role=role):
                self.assertEqual(self.pac.with_user(user).has_access("write"), may)
        with patch.dict("os.environ", {"VIGOR_VAULT_KEYS": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="}):
            self.pac.with_user(self.users["manager"]).password = "secret"
            self.env.flush_all()
            self.assertEqual(self.pac._vault_read("password_encrypted"), "secret")
            self.pac.invalidate_recordset()
            self.assertEqual(self.pac.with_user(self.users["manager"]).password, "********")
            self.pac.password = "********"
            self.env.flush_all()
            self.assertEqual(self.pac._vault_read("password_encrypted"), "secret")
        with self.assertRaises(AccessError):
            self.pac.with_user(self.users["reader"]).read(["password"])
        with self.assertRaises(AccessError):
            self.pac.with_user(self.users["manager"]).read(["password_encrypted"])

    def test_readers_cannot_test_the_connection(self):
        with self.assertRaises(AccessError):
            self.pac.with_user(self.users["reader"]).action_test_connection()

    # --- the gate

    def test_state_is_never_written(self):
        document = self._create_documents()
        with self.assertRaises(AccessError):
            document.sudo().write({"state": "stamped"})
        self.assertEqual(document.state, "to_seal")

    def test_a_forbidden_step_moves_none_of_the_documents(self):
        fresh, stamped = self._create_documents(), self._create_documents()
        self._stamp(stamped)
        with self.assertRaisesRegex(UserError, "Stamped"):
            (fresh | stamped)._transition("withdraw")
        self.assertEqual((fresh.state, stamped.state), ("to_seal", "stamped"))

    def test_a_repeated_step_changes_nothing(self):
        document = self._create_documents()
        self.assertEqual(document._transition("withdraw"), document)
        self.assertFalse(document._transition("withdraw", {"folio": "changed"}))
        self.assertEqual((document.state, document.folio), ("cancelled", False))

    def test_a_withdrawn_document_is_not_stamped(self):
        document = self._create_documents()
        document._transition("withdraw")
        self._stamp(document)
        self.assertEqual((document.state, document.uuid, self.fake.asked), ("cancelled", False, []))

    # --- guards of the database

    def _refuses(self, query, *parameters):
        with (
            self.subTest(query=query),
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.RestrictViolation),
            self.env.cr.savepoint(flush=False),
        ):
            self.env.cr.execute(query, parameters)

    def test_the_database_keeps_a_stamped_document_as_it_is(self):
        document = self._create_documents()
        self._stamp(document)
        self.env.flush_all()
        for assignment in (
            "uuid = 'x'",
            "uuid = NULL",
            "sealed_xml = ''",
            "sealed_sha256 = ''",
            "xml_sha256 = ''",
            "amount_total = 1",
            "stamped_at = now()",
            "request_id = 'x'",
            "company_id = company_id + 1",
        ):
            self._refuses(f"UPDATE gym_cfdi_document SET {assignment} WHERE id = %s", document.id)
        self._refuses("DELETE FROM gym_cfdi_document WHERE id = %s", document.id)
        self._refuses("TRUNCATE gym_cfdi_document CASCADE")
        self._refuses("UPDATE gym_cfdi_attempt SET raw = '' WHERE document_id = %s", document.id)
        self._refuses("DELETE FROM gym_cfdi_attempt WHERE document_id = %s", document.id)
        self.env.cr.execute("UPDATE gym_cfdi_document SET state = 'cancelled' WHERE id = %s", (document.id,))

    def test_the_database_keeps_the_file_of_a_stamped_document(self):
        document = self._create_documents()
        self._stamp(document)
        attachment = document._get_xml_attachments()[document]
        for assignment in ("store_fname = 'x'", "checksum = 'x'", "res_id = 0", "res_field = NULL", "db_datas = 'x'"):
            self._refuses(f"UPDATE ir_attachment SET {assignment} WHERE id = %s", attachment.id)
        self._refuses("DELETE FROM ir_attachment WHERE id = %s", attachment.id)
        other = self.env["ir.attachment"].create({"name": "other", "raw": b"x", "res_model": "gym.cfdi.document"})
        other.write({"raw": b"y"})
        other.unlink()

    def test_not_even_an_unstamped_document_is_deleted(self):
        document = self._create_documents()
        with self.assertRaises(UserError):
            document.sudo().unlink()
        self.env.flush_all()
        self._refuses("DELETE FROM gym_cfdi_document WHERE id = %s", document.id)

    # --- locks

    def test_a_document_that_another_worker_holds_is_left_to_it(self):
        held, free = self._create_documents(2)
        with closing(self.env.registry._db.cursor()) as other:
            other.execute("SELECT pg_advisory_lock(%s, %s)", (0x43464449, held.id))
            self._stamp(held | free)
            other.execute("SELECT pg_advisory_unlock(%s, %s)", (0x43464449, held.id))
        self.assertEqual((held.state, free.state), ("to_seal", "stamped"))
        self._stamp(held)
        self.assertEqual(held.state, "stamped")

    def test_locks_are_given_back_also_after_a_failure(self):
        document = self._create_documents()

        def fail(documents):
            raise ZeroDivisionError

        with (
            patch.object(self.registry["gym.cfdi.document"], "_send", fail),
            suppress(ZeroDivisionError),  # assertRaises would undo what was committed
        ):
            self._stamp(document)
        self.env.cr.execute(
            """SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
                WHERE datname = current_database() AND locktype = 'advisory' AND classid = %s""",
            (0x43464449,),
        )
        self.assertEqual(self.env.cr.fetchone(), (0,))
        self.assertEqual(document.state, "sealed")
