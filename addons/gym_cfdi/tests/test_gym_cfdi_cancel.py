"""Cancelling, from the question of a person to the last word of the SAT, against the sandbox that plays the SAT."""

import base64
import tempfile
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from unittest.mock import patch
from zoneinfo import ZoneInfo

from psycopg2.errors import RestrictViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.gym_cfdi_sandbox.sandbox import Control, Server

from ..domain import cancellation, model
from ..domain.tests.certificates import csd
from ..domain.tests.documents import invoice
from ..services.pac import CancelAnswer, Credentials, Timeouts
from ..services.sandbox import Sandbox
from .common import CfdiCase

RFC = "EKU9003173C9"
DAY_S = 24 * 3600
CHEAP, DEAR = Decimal(500), Decimal(5000)


@tagged("post_install", "-at_install")
class TestCancel(CfdiCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.lang = "en_US"
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.server = cls.enterClassContext(Server(Path(folder) / "sandbox.sqlite"))
        cls.control = Control(cls.server.url)
        cls.fakes[cls.pac.id] = Sandbox(Credentials(url=cls.server.url), Timeouts(2, 5))
        cls.manager = cls._create_user("manager")
        cls.user = cls._create_user("user")
        cls.total, cls.changes = CHEAP, {}

    @classmethod
    def _create_user(cls, role):
        return new_test_user(
            cls.env,
            f"cfdi_cancel_{role}",
            f"gym_cfdi.group_cfdi_{role}",
            company_id=cls.company.id,
            company_ids=[fields.Command.set(cls.company.ids)],
        )

    def setUp(self):
        super().setUp()
        self.control.reset()
        type(self).total, type(self).changes = CHEAP, {}

    @classmethod
    def _local_now(cls):
        return datetime.now(ZoneInfo("America/Mexico_City")).replace(tzinfo=None, microsecond=0)

    @classmethod
    def _compose_test(cls, documents, dates):
        (concept,) = invoice().conceptos
        concept = replace(concept, valor_unitario=cls.total, importe=cls.total, objeto_imp="01", impuestos=None)
        values = {"sub_total": cls.total, "total": cls.total, "conceptos": (concept,), "impuestos": None}
        return {
            document: invoice(
                serie="T",
                folio=str(document.id),
                fecha=dates[document] - timedelta(minutes=1),
                no_certificado=None,
                **values,
                **cls.changes,
            )
            for document in documents
        }

    def _create_stamped(self, total=CHEAP, related=None, relation=None, **values):
        """A document that the sandbox has stamped, that relates to ``related``."""
        type(self).total = total
        if related:
            node = model.CfdiRelacionados(tipo_relacion=relation, uuids=(related.uuid,))
            type(self).changes = {"cfdi_relacionados": (node,)}
            values |= {"relation_type": relation, "related_ids": [fields.Command.set(related.ids)]}
        document = self._create_documents(**values)
        self._stamp(document)
        self.assertEqual(document.state, "stamped", document.problems)
        type(self).changes = {}
        return document

    def _request(self, documents, motive="02", substitute=None):
        documents.with_user(self.manager)._request_cancellation(motive, substitute)

    def _follow(self, documents):
        """Run the job of the cancellation."""
        self._run_job(documents, lambda job_documents: job_documents._job_cancel())

    def _cancel(self, documents, motive="02", substitute=None):
        self._request(documents, motive, substitute)
        self._follow(documents)

    def _age(self, days=10):
        """Let the receptor be asked: issue lies some days back, for the SAT and for us."""
        self.control.advance(days * DAY_S)
        later = self._local_now().date() + timedelta(days=days)
        self.startPatcher(patch.object(type(self.Document), "_get_local_today", lambda document: later))

    # --- nobody has to accept

    def test_a_cancellation_ends_with_the_word_of_the_sat(self):
        document = self._create_stamped()
        self._request(document)
        self.assertRecordValues(
            document,
            [{"state": "cancel_requested", "cancel_user_id": self.manager.id, "cancel_sent_at": False}],
        )
        self._follow(document)
        self.assertRecordValues(
            document,
            [
                {
                    "state": "cancelled",
                    "cancel_motive": "02",
                    "cancel_code": "201",
                    "cancel_requests": 1,
                    "cancel_answer_due": False,
                    "sat_state": "Cancelado",
                    "sat_cancellation": "Cancelado sin aceptación",
                    "problems": False,
                }
            ],
        )
        self.assertTrue(document.cancelled_at)
        self.assertIn(document.uuid.encode(), base64.b64decode(document.cancel_acuse))
        self.assertEqual(document.attempt_ids.mapped("operation"), ["status", "cancel", "stamp"])
        self.assertIn("Cancelado", document.attempt_ids[0].raw)
        self.assertIn("201", document.attempt_ids[1].raw)

    def test_the_receipt_is_kept_as_it_came(self):
        document = self._create_stamped()
        self._cancel(document)
        receipt = document.cancel_acuse
        files = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [("res_model", "=", document._name), ("res_field", "=", "cancel_acuse"), ("res_id", "=", document.id)]
            )
        )
        for change in (lambda: files.write({"raw": b"<other/>"}), files.unlink):
            with mute_logger("odoo.sql_db"), self.assertRaises(RestrictViolation), self.env.cr.savepoint():
                change()
                self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(document.cancel_acuse, receipt)

    def test_the_job_runs_twice_and_asks_once(self):
        document = self._create_stamped()
        self._cancel(document)
        self._follow(document)
        self.assertEqual(document.cancel_requests, 1)
        self.assertEqual(len(document.attempt_ids.filtered(lambda attempt: attempt.operation == "cancel")), 1)

    def test_asking_twice_is_asking_once(self):
        document = self._create_stamped()
        self._request(document)
        asked_at = document.cancel_requested_at
        self._request(document, "03")
        self.assertRecordValues(document, [{"cancel_motive": "02", "cancel_requested_at": asked_at}])

    # --- the receptor

    def test_the_receptor_accepts(self):
        document = self._create_stamped(DEAR)
        self._age()
        self._cancel(document)
        self.assertRecordValues(
            document, [{"state": "cancel_requested", "cancel_code": "201", "sat_cancellation": "En proceso"}]
        )
        self.assertTrue(document.cancel_answer_due)
        self.assertGreater(document.cancel_next_at, fields.Datetime.now())
        self.control.answer(document.uuid, "accept")
        self._follow(document)
        self.assertRecordValues(
            document,
            [{"state": "cancelled", "sat_cancellation": "Cancelado con aceptación", "cancel_requests": 1}],
        )

    def test_the_receptor_refuses_and_is_asked_again(self):
        document = self._create_stamped(DEAR)
        self._age()
        self._cancel(document)
        self.control.answer(document.uuid, "reject")
        self._follow(document)
        self.assertRecordValues(document, [{"state": "cancel_refused", "sat_cancellation": "Solicitud rechazada"}])
        self.assertIn("credit note", document.problems[0]["remedy"])
        self.assertEqual(document.activity_ids.user_id, self.manager)
        self._cancel(document)
        self.assertRecordValues(document, [{"state": "cancel_requested", "cancel_code": "201", "problems": False}])
        self.control.answer(document.uuid, "accept")
        self._follow(document)
        self.assertEqual(document.state, "cancelled")
        self.assertFalse(document.activity_ids, "what was warned of is over")

    def test_silence_is_consent(self):
        document = self._create_stamped(DEAR)
        self._age()
        self._cancel(document)
        self.control.advance(20 * DAY_S)
        self._follow(document)
        self.assertRecordValues(document, [{"state": "cancelled", "sat_cancellation": "Plazo vencido"}])

    # --- what goes wrong on the way

    def test_a_lost_answer_is_not_asked_for_again(self):
        document = self._create_stamped()
        self.control.fail("drop_after_stamping", operation="cancel_signature")
        self._cancel(document)
        self.assertRecordValues(document, [{"state": "cancelled", "cancel_requests": 1, "cancel_code": False}])

    def test_the_receipt_of_a_lost_answer_is_fetched(self):
        document = self._create_stamped(DEAR)
        self._age()
        self.control.fail("drop_after_stamping", operation="cancel_signature")
        self._cancel(document)
        self.assertRecordValues(
            document, [{"state": "cancel_requested", "cancel_code": False, "sat_cancellation": "En proceso"}]
        )
        self.control.answer(document.uuid, "accept")
        self._follow(document)
        self.assertRecordValues(document, [{"state": "cancelled", "cancel_requests": 1}])
        self.assertIn(document.uuid.encode(), base64.b64decode(document.cancel_acuse))

    def test_a_request_that_never_arrived_is_sent_again(self):
        document = self._create_stamped()
        self.control.fail("drop_before", operation="cancel_signature")
        self._cancel(document)
        self.assertRecordValues(
            document,
            [{"state": "cancel_requested", "cancel_code": False, "cancel_requests": 1, "sat_state": "Vigente"}],
        )
        self._follow(document)
        self.assertRecordValues(document, [{"state": "cancelled", "cancel_requests": 2, "cancel_code": "201"}])

    def test_while_the_sat_does_not_answer_nothing_is_sent_twice(self):
        document = self._create_stamped()
        self.control.fail("drop_before", operation="cancel_signature")
        self.control.fail("http_500", protocol="sat", calls=None)
        self._cancel(document)
        self._follow(document)
        self.assertRecordValues(document, [{"state": "cancel_requested", "cancel_requests": 1, "sat_state": False}])
        self.control.heal()
        self._follow(document)
        self.assertRecordValues(document, [{"state": "cancelled", "cancel_requests": 2}])

    def test_a_pac_that_surely_did_not_take_it_is_asked_again(self):
        document = self._create_stamped()
        self.control.fail("http_503", operation="cancel_signature")
        self._cancel(document)
        self.assertRecordValues(
            document, [{"state": "cancel_requested", "cancel_requests": 0, "cancel_sent_at": False}]
        )
        self._follow(document)
        self.assertRecordValues(document, [{"state": "cancelled", "cancel_requests": 1}])

    def test_a_stamp_that_the_sat_does_not_know_yet(self):
        self.control.delay_sat(3600)
        document = self._create_stamped()
        self._cancel(document)
        self.assertRecordValues(document, [{"state": "cancel_requested", "cancel_code": "205"}])
        self._follow(document)
        self.assertEqual(document.cancel_requests, 1, "not while the SAT does not know it")
        self.control.advance(7200)
        self._follow(document)
        self.assertRecordValues(document, [{"state": "cancelled", "cancel_requests": 2, "cancel_code": "201"}])

    def test_a_code_that_turns_it_away_leaves_it_in_force_with_the_remedy(self):
        document = self._create_stamped()
        client = self.fakes[self.pac.id]
        with patch.object(client, "cancel", lambda *args: CancelAnswer("210", "", "Fuera de plazo", "<raw/>")):
            self._cancel(document)
        self.assertRecordValues(document, [{"state": "stamped", "cancel_code": "210", "cancelled_at": False}])
        self.assertEqual(document.problems[0]["code"], "210")
        self.assertIn("credit note", document.problems[0]["remedy"])
        self.assertEqual(document.activity_ids.user_id, self.manager)

    def test_no_code_alone_cancels(self):
        for code in ("201", "202", "798"):
            document = self._create_stamped()
            client = self.fakes[self.pac.id]
            with patch.object(client, "cancel", lambda *args, code=code: CancelAnswer(code)):
                self._cancel(document)
            self.assertRecordValues(document, [{"state": "cancel_requested", "cancel_code": code}])

    def test_a_request_of_which_the_sat_shows_nothing_is_given_up(self):
        document = self._create_stamped()
        client = self.fakes[self.pac.id]
        with patch.object(client, "cancel", lambda *args: CancelAnswer("201")):
            self._cancel(document)
        with freeze_time(fields.Datetime.now() + timedelta(hours=73)):
            self._follow(document)
        self.assertEqual(document.state, "stamped")
        self.assertIn("shows no request", document.problems[0]["text"])

    def test_without_a_seal_the_request_waits(self):
        document = self._create_stamped()
        with patch.object(self.env.registry["res.company"], "_get_csd", side_effect=UserError("No CSD")):
            self._cancel(document)
        self.assertRecordValues(document, [{"state": "cancel_requested", "cancel_requests": 0}])
        self.assertEqual(document.problems[0]["text"], "No CSD")
        self._follow(document)
        self.assertRecordValues(document, [{"state": "cancelled", "problems": False}])

    def test_other_pacs_may_cancel_real_stamps_only(self):
        document = self._create_stamped()
        other, _fake = self._create_pac("Second", sequence=2, provider="finkok", environment="production")
        self.assertEqual(document._get_cancellation_pacs(), self.pac)
        with patch.object(type(document), "is_test", False):
            self.assertEqual(document._get_cancellation_pacs(), self.pac | other)

    # --- what stands in the way

    def test_documents_that_depend_on_it_come_first(self):
        document = self._create_stamped()
        credit = self._create_stamped(related=document, relation="07")
        with self.assertRaisesRegex(UserError, credit.display_name):
            self._request(document)
        self.assertRecordValues(document, [{"state": "stamped", "cancel_motive": False}])
        self._cancel(credit)
        self._cancel(document)
        self.assertEqual((document | credit).mapped("state"), ["cancelled", "cancelled"])

    def test_a_dependant_that_only_the_sat_knows_of(self):
        document = self._create_stamped()
        credit = self._create_stamped(related=document, relation="07")
        with patch.object(type(document), "_get_blocking_documents", lambda document: document.browse()):
            self._cancel(document)
        self.assertRecordValues(document, [{"state": "stamped", "cancel_code": "no_cancelable"}])
        self.assertIn("depend on it", document.problems[0]["remedy"])
        self.assertEqual(credit.state, "stamped")

    def test_motive_01_needs_the_substitute(self):
        document, stranger = self._create_stamped(), self._create_stamped()
        with self.assertRaises(UserError):
            self._request(document, "01")
        with self.assertRaises(UserError):
            self._request(document, "01", stranger)
        self.assertEqual(document.state, "stamped")
        substitute = self._create_stamped(related=document, relation="04")
        self._cancel(document, "01", substitute)
        self.assertRecordValues(document, [{"state": "cancelled", "cancel_substitute_id": substitute.id}])
        self.assertEqual(substitute.state, "stamped")

    def test_motive_04_is_for_global_invoices(self):
        document = self._create_stamped()
        with self.assertRaises(UserError):
            self._request(document, "04")
        self.assertEqual(document.state, "stamped")

    def test_what_is_not_stamped_is_not_cancelled_at_the_sat(self):
        document = self._create_documents()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._request(document)
        self.assertEqual(document.state, "to_seal")

    def test_only_managers_cancel(self):
        document = self._create_stamped()
        for action in ("action_request_cancel", "_check_may_cancel"):
            with self.assertRaises(AccessError):
                getattr(document.with_user(self.user), action)()
        with self.assertRaises(AccessError):
            document.with_user(self.user)._request_cancellation("02")
        with self.assertRaises(AccessError):
            self.env["gym.cfdi.cancel"].with_user(self.user).create({"document_ids": document.ids})
        self.assertRecordValues(document, [{"state": "stamped", "cancel_requested_at": False}])

    # --- the SAT's portal, and the question of a person

    def _cancel_in_the_portal(self, document):
        folio = cancellation.Folio(document.uuid, "02")
        signed = cancellation.request(RFC, self._local_now(), [folio], csd())
        self.assertEqual(self.fakes[self.pac.id].cancel(signed, document.uuid, RFC).code, "201")

    def test_who_only_reads_may_ask_the_sat(self):
        document = self._create_stamped()
        answer = document.with_user(self.user).action_ask_sat()
        self.assertIn("in force", answer["params"]["message"])
        self.assertRecordValues(
            document,
            [{"state": "stamped", "sat_state": "Vigente", "sat_cancellable": "Cancelable sin aceptación"}],
        )
        self.assertEqual(document.attempt_ids[0].operation, "status")

    def test_what_was_cancelled_in_the_portal_is_found(self):
        document = self._create_stamped()
        self._cancel_in_the_portal(document)
        self.assertIn("cancelled", document.with_user(self.user).action_ask_sat()["params"]["message"])
        self.assertRecordValues(document, [{"state": "cancelled", "cancel_motive": False}])

    def test_what_was_asked_for_in_the_portal_is_followed_and_never_sent(self):
        document = self._create_stamped(DEAR)
        self._age()
        self._cancel_in_the_portal(document)
        document.action_ask_sat()
        self.assertRecordValues(document, [{"state": "cancel_requested", "cancel_motive": False}])
        self._follow(document)
        self.assertEqual(document.cancel_requests, 0)
        self.control.answer(document.uuid, "reject")
        self._follow(document)
        self.assertEqual(document.state, "cancel_refused")

    def test_a_sat_that_does_not_answer_changes_nothing(self):
        document = self._create_stamped()
        self.control.fail("http_500", protocol="sat")
        self.assertIn("does not answer", document.action_ask_sat()["params"]["message"])
        self.assertRecordValues(document, [{"state": "stamped", "sat_state": False, "sat_asked_at": False}])
        self.assertEqual(document.attempt_ids[0].outcome, "try_again")

    # --- jobs

    def test_the_cron_takes_up_what_is_due(self):
        due, later = self._create_stamped(), self._create_stamped()
        self._request(due | later)
        due.sudo().cancel_next_at = fields.Datetime.now() - timedelta(minutes=1)
        later.sudo().cancel_next_at = fields.Datetime.now() + timedelta(hours=1)
        jobs = self.env["queue.job"].search([("method_name", "=", "_job_cancel")])
        self.Document._cron_follow_cancellations()
        new = self.env["queue.job"].search([("method_name", "=", "_job_cancel")]) - jobs
        self.assertEqual([job.records for job in new], [due])
        self.assertGreater(due.cancel_next_at, fields.Datetime.now())

    # --- assistant

    def _open(self, documents):
        action = documents.with_user(self.manager).action_request_cancel()
        return Form(self.env["gym.cfdi.cancel"].with_user(self.manager).with_context(**action["context"]))

    def test_the_assistant_says_what_it_takes(self):
        cheap = self._create_stamped()
        with self._open(cheap) as form:
            self.assertIn("1,000 pesos or less", form.acceptance_text)
            self.assertFalse(form.problem_text)
            self.assertFalse(form.is_late)
            self.assertIn(str(self.company._today().year + 1), form.deadline_text)
            form.motive = "04"
            self.assertIn("global invoice", form.problem_text)
            form.motive = "03"
            self.assertFalse(form.problem_text)
        wizard = form.save()
        self.assertEqual(wizard.action_request()["params"]["type"], "success")
        self.assertRecordValues(cheap, [{"state": "cancel_requested", "cancel_motive": "03"}])

    def test_the_assistant_finds_the_substitute(self):
        document = self._create_stamped()
        with self._open(document) as form:
            form.motive = "01"
            self.assertIn("substitute", form.problem_text)
            form.motive = "02"
        substitute = self._create_stamped(related=document, relation="04")
        with self._open(document) as form:
            form.motive = "01"
            self.assertEqual(form.substitute_id, substitute)
            self.assertFalse(form.problem_text)

    def test_the_assistant_warns_of_the_receptor_and_of_the_fine(self):
        document = self._create_stamped(DEAR)
        self._age(500)
        form = self._open(document)
        self.assertIn("must accept", form.acceptance_text)
        self.assertTrue(form.is_late)
        self.assertIn("5-10 %", form.deadline_text)

    def test_the_assistant_gives_the_global_invoice_of_a_person_in_resico_its_own_month(self):
        document = self._create_stamped()
        case = replace(
            document._get_cancellation_case(), issuer_rfc="CACX7605101P8", issuer_regime="626", is_global=True
        )
        self.startPatcher(patch.object(type(self.Document), "_get_cancellation_case", lambda document: case))
        form = self._open(document)
        self.assertFalse(form.is_late)
        self.assertIn("only", form.deadline_text)
        self._age(40)
        form = self._open(document)
        self.assertTrue(form.is_late)
        self.assertIn("211", form.deadline_text)
