from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, new_test_user, tagged

from ..domain.breaker import SHORTEST, THRESHOLD
from ..domain.errors import BuildError
from ..domain.reader import read
from ..domain.tests.documents import invoice
from ..models.gym_cfdi_document_answers import SETTLE
from ..models.gym_cfdi_document_outbox import BATCH, JOB_LATE
from ..services.dispatch import Outcome
from ..services.pac import InDoubt, Refused, Stamped, TryAgain
from .common import NOW, CfdiCase, stamp

DOWN = TryAgain("nobody listens", code="connection")
RESET = InDoubt("connection reset", code="reset", raw="")


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestOutbox(CfdiCase):
    def _later(self, delta):
        """Freeze the clock that much later for the rest of the test."""
        freezer = freeze_time(fields.Datetime.now() + delta)
        freezer.start()
        self.addCleanup(freezer.stop)

    # --- all goes well

    def test_a_recorded_document_is_sealed_stamped_and_kept(self):
        document = self._create_documents()
        self._stamp(document)
        kept = document._get_stamped_bytes()
        comprobante = read(kept)
        self.assertRecordValues(
            document,
            [
                {
                    "state": "stamped",
                    "uuid": read(document._get_stamped_bytes()).timbre.uuid,
                    "series": "T",
                    "folio": str(document.id),
                    "receptor_rfc": "URE180429TM6",
                    "amount_total": 599.0,
                    "fecha": "2026-11-21T18:00:00",
                    "issued_at": datetime(2026, 11, 22, 0, 0),
                    "deadline": datetime(2026, 11, 25, 0, 0),
                    "stamped_at": datetime(2026, 11, 21, 18, 1),
                    "pac_id": self.pac.id,
                    "is_test": True,
                    "tries": 0,
                    "next_try_at": False,
                    "problems": False,
                }
            ],
        )
        self.assertEqual(comprobante.timbre.uuid, document.uuid)
        self.assertEqual(document.xml_sha256, document._sha256(kept))
        self.assertEqual(document.sealed_sha256, document._sha256(document._get_sealed_bytes()))
        self.assertIn(document._get_sealed_bytes(), self.fake.stamps)
        self.assertRecordValues(
            document.attempt_ids,
            [
                {
                    "operation": "stamp",
                    "outcome": "ok",
                    "pac_id": self.pac.id,
                    "request_id": document.request_id,
                    "raw": "<answer/>",
                    "company_id": self.company.id,
                }
            ],
        )

    def test_a_job_that_runs_twice_stamps_once(self):
        document = self._create_documents()
        self._stamp(document)
        self._stamp(document)
        self.assertEqual(len(self.fake.asked), 1)
        self.assertEqual(len(document.attempt_ids), 1)

    def test_every_seal_has_a_request_of_its_own(self):
        documents = self._create_documents(3)
        self._stamp(documents)
        self.assertEqual(len(set(documents.mapped("request_id"))), 3)
        self.assertEqual(sorted(self.fake.asked), sorted(documents.mapped("request_id")))

    def _follow_up_with(self, bad, calls):
        """Patch the hook: it makes a partner for each document and fails for those of ``bad``."""

        def follow(stamped):
            calls.append(stamped.ids)
            stamped.env["res.partner"].create([{"name": f"made for {document.id}"} for document in stamped])
            stamped.env.flush_all()
            if stamped & bad:
                message = "the mail server is down"
                raise UserError(message)

        return patch.object(self.registry["gym.cfdi.document"], "_on_stamped", follow)

    def _get_followed(self, documents):
        names = [f"made for {document.id}" for document in documents]
        return sorted(self.env["res.partner"].search([("name", "in", names)]).mapped("name"))

    def test_what_follows_from_stamps_is_called_once_for_the_batch(self):
        documents, calls = self._create_documents(3), []
        with self._follow_up_with(documents.browse(), calls):
            self._stamp(documents)
        self.assertEqual(calls, [documents.ids])
        self.assertEqual(len(self._get_followed(documents)), 3)
        self.assertFalse(documents.filtered("follow_up_at"))

    def test_what_fails_after_one_stamp_undoes_nothing_of_the_others_and_is_repeated(self):
        manager = new_test_user(
            self.env,
            "cfdi_follow_up",
            "gym_cfdi.group_cfdi_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        documents, calls = self._create_documents(3), []
        first, bad, last = documents
        with self._follow_up_with(bad, calls), self.assertLogs("odoo.addons.gym_cfdi", "WARNING"):
            self._stamp(documents)
            self.assertEqual(set(documents.mapped("state")), {"stamped"})
            self.assertEqual(self._get_followed(documents), [f"made for {first.id}", f"made for {last.id}"])
            self.assertEqual((bad.follow_up_tries, bad.follow_up_error), (1, "the mail server is down"))
            self.assertGreater(bad.follow_up_at, fields.Datetime.now())
            self.assertFalse((first | last).filtered("follow_up_at"))
            for _time in range(2):
                bad._follow_up()
            self.assertEqual(bad.follow_up_tries, 3)
        activity = bad.activity_ids.filtered(lambda activity: activity.user_id == manager)
        self.assertEqual(len(activity), 1)
        self.assertIn("the mail server is down", activity.note)
        bad.sudo().follow_up_at = fields.Datetime.now()
        progress = patch.object(self.registry["ir.cron"], "_commit_progress", return_value=1)
        with self._follow_up_with(documents.browse(), calls), progress:
            self.env["gym.cfdi.document"]._cron_follow_up()
        self.assertEqual(self._get_followed(bad), [f"made for {bad.id}"])
        self.assertEqual((bad.follow_up_at, bad.follow_up_tries, bad.follow_up_error), (False, 0, False))
        self.assertFalse(bad.activity_ids)

    # --- before sending

    def test_a_broken_rule_rejects_with_code_and_remedy_and_sends_nothing(self):
        document = self._create_documents()

        def compose(documents, dates):
            return {document: invoice(fecha=dates[document], forma_pago="77") for document in documents}

        with patch.object(type(self), "_compose_test", compose):
            self._stamp(document)
        self.assertEqual(document.state, "rejected")
        self.assertEqual([problem["code"] for problem in document.problems], ["CFDI40104"])
        self.assertTrue(document.problems[0]["remedy"])
        self.assertEqual(document.problems[0]["field"], "FormaPago")
        self.assertFalse(document.sealed_xml)
        self.assertFalse(self.fake.asked)

    def test_a_document_that_cannot_be_composed_says_why(self):
        document = self._create_documents()
        error = BuildError(es=("No tiene clave.", "Póngala."), en=("It has no key.", "Give it one."))
        with patch.object(type(self), "_compose_test", lambda documents, dates: {document: [error]}):
            self._stamp(document)
        self.assertEqual(document.state, "rejected")
        self.assertEqual(document.problems[0]["code"], "BUILD")

    def test_one_document_that_breaks_composing_does_not_hold_up_the_others(self):
        documents = self._create_documents(3)
        compose, bad = self._compose_test, documents[1]

        def break_one(records, dates):
            if bad.id in records.ids:
                raise ZeroDivisionError("a bug")
            return compose(records, dates)

        with (
            patch.object(type(self), "_compose_test", break_one),
            self.assertLogs("odoo.addons.gym_cfdi", "ERROR"),
        ):
            self._stamp(documents)
        self.assertEqual(documents.mapped("state"), ["stamped", "rejected", "stamped"])
        self.assertIn("a bug", bad.problem_text)

    def test_without_a_valid_csd_documents_wait_with_the_reason(self):
        document = self._create_documents()

        def no_csd(company, at=None):
            message = "Upload a CSD."
            raise UserError(message)

        with patch.object(self.registry["res.company"], "_get_csd", no_csd):
            self._stamp(document)
        self.assertEqual((document.state, document.tries), ("to_seal", 1))
        self.assertIn("Upload a CSD.", document.problem_text)
        self._stamp(document)
        self.assertEqual((document.state, document.problems), ("stamped", False))

    def test_without_a_pac_documents_wait_sealed_with_the_reason(self):
        self.pac.active = False
        document = self._create_documents()
        self._stamp(document)
        self.assertEqual(document.state, "sealed")
        self.assertEqual(document.problems[0]["code"], "PAC")

    # --- failover

    def test_the_next_pac_stamps_when_the_first_surely_did_not(self):
        second, fake = self._create_pac("Second", sequence=2)
        self.fake.faults = [DOWN]
        document = self._create_documents()
        self._stamp(document)
        self.assertEqual((document.state, document.pac_id), ("stamped", second))
        self.assertEqual((len(self.fake.stamps), len(fake.stamps)), (0, 1))
        self.assertEqual(document.attempt_ids.sorted("id").mapped("outcome"), ["try_again", "ok"])
        self.assertEqual(len(set(document.attempt_ids.mapped("request_id"))), 1)

    def test_a_doubt_is_never_taken_to_another_pac(self):
        _second, fake = self._create_pac("Second", sequence=2)
        self.fake.faults = [("after", RESET)]
        document = self._create_documents()
        self._stamp(document)
        self.assertEqual((document.state, document.pac_id), ("sent", self.pac))
        self.assertGreaterEqual(document.next_try_at, document.sent_at + SETTLE)
        self.assertFalse(fake.asked)
        self._stamp(document)
        self.assertEqual((document.state, document.pac_id), ("stamped", self.pac))
        self.assertEqual((len(self.fake.asked), len(self.fake.recovered), fake.asked), (1, 1, []))
        self.assertEqual(document.attempt_ids.sorted("id").mapped("outcome"), ["in_doubt", "ok"])

    def test_no_stamp_counts_only_once_the_request_can_no_longer_be_under_way(self):
        second, fake = self._create_pac("Second", sequence=2)
        self.fake.faults = [RESET, DOWN]
        document = self._create_documents()
        self._stamp(document)
        self._later(SETTLE - timedelta(seconds=1))
        self._stamp(document)
        self.assertEqual((document.state, fake.asked), ("sent", []))
        self._later(timedelta(seconds=1))
        self._stamp(document)
        self.assertEqual((document.state, document.pac_id), ("stamped", second))
        self.assertEqual(len(self.fake.stamps), 0)

    def test_while_the_pac_cannot_be_asked_the_doubt_stays(self):
        _second, fake = self._create_pac("Second", sequence=2)
        self.fake.faults = [RESET]
        self.fake.doubts = [DOWN, RESET, Refused("bad password", code="300", scope="account")]
        document = self._create_documents()
        self._stamp(document)
        for tries in (2, 3, 4):
            self._later(timedelta(hours=1))
            self._stamp(document)
            self.assertEqual((document.state, document.pac_id, document.tries), ("sent", self.pac, tries))
            self.assertGreater(document.next_try_at, fields.Datetime.now())
        self.assertFalse(fake.asked)

    def test_an_answer_that_is_not_of_the_document_is_not_believed(self):
        _second, fake = self._create_pac("Second", sequence=2)
        documents = self._create_documents(2)
        other = self._create_documents()
        self._stamp(other)
        foreign = Stamped(other._get_stamped_bytes(), other.uuid)
        with patch.object(self.fake, "stamp", lambda xml, request_id: foreign):
            self._stamp(documents)
        self.assertEqual(set(documents.mapped("state")), {"sent"})
        self.assertFalse(any(documents.mapped("uuid")))
        self.assertEqual(set(documents.attempt_ids.mapped("outcome")), {"in_doubt"})
        self.assertFalse(fake.asked)

    def test_an_answer_that_cannot_be_kept_as_it_came_is_logged_all_the_same(self):
        self.fake.faults = [InDoubt("zero \0 and half \ud800", code="\0", raw="<a>\0</a>"), Refused("no\0", code="1\0")]
        doubtful, refused = self._create_documents(2)
        for document in (doubtful, refused):
            self._stamp(document)
        self.assertEqual((doubtful.state, refused.state), ("sent", "rejected"))
        self.assertEqual(doubtful.attempt_ids.raw, "<a>\N{REPLACEMENT CHARACTER}</a>")
        self.assertEqual(refused.problems[0]["code"], "1\N{REPLACEMENT CHARACTER}")

    def test_one_uuid_for_two_documents_is_believed_of_neither(self):
        documents = self._create_documents(2)
        same = "6F9619FF-8B86-4D01-B42D-00CF4FC964FF"
        with (
            patch.object(self.fake, "stamp", lambda xml, request_id: Stamped(stamp(xml, same), same)),
            self.assertLogs("odoo.addons.gym_cfdi", "ERROR"),
        ):
            self._stamp(documents)
        self.assertEqual(set(documents.mapped("state")), {"sent"})

    def test_a_uuid_that_another_document_has_is_not_believed(self):
        first, second = self._create_documents(), self._create_documents()
        self._stamp(first)
        answer = first.uuid
        with (
            patch.object(self.fake, "stamp", lambda xml, request_id: Stamped(stamp(xml, answer), answer)),
            self.assertLogs("odoo.addons.gym_cfdi", "ERROR"),
        ):
            self._stamp(second)
        self.assertEqual((first.state, second.state, second.uuid), ("stamped", "sent", False))

    def test_a_refused_document_goes_to_no_other_pac(self):
        _second, fake = self._create_pac("Second", sequence=2)
        self.fake.faults = [Refused("El RFC no está en la LCO", code="402")]
        document = self._create_documents()
        self._stamp(document)
        self.assertEqual(document.state, "rejected")
        self.assertEqual((document.problems[0]["code"], bool(document.problems[0]["remedy"])), ("402", True))
        self.assertFalse(fake.asked)
        self.assertEqual(self.pac.breaker_state, "closed")

    def test_a_refused_account_alerts_and_goes_to_the_next_pac(self):
        second, _fake = self._create_pac("Second", sequence=2)
        manager = self.env["res.users"].create(
            {
                "name": "Manager",
                "login": "cfdi_manager",
                "group_ids": [(6, 0, self.env.ref("gym_cfdi.group_cfdi_manager").ids)],
                "company_id": self.company.id,
                "company_ids": [(6, 0, self.company.ids)],
            }
        )
        self.fake.faults = [Refused("Sin timbres", code="718", scope="account")] * 20
        documents = self._create_documents(10)
        self._stamp(documents)
        self.assertEqual(set(documents.mapped("state")), {"stamped"})
        self.assertEqual(documents.pac_id, second)
        self.assertEqual(self.pac.breaker_state, "open")
        self.assertEqual(len(self.pac.activity_ids.filtered(lambda activity: activity.user_id == manager)), 1)

    def test_a_rejected_document_is_sealed_anew_with_another_request(self):
        self.fake.faults = [Refused("Domicilio", code="CFDI40148")]
        document = self._create_documents()
        self._stamp(document)
        request, sealed = document.request_id, document.sealed_xml
        self._later(timedelta(minutes=5))
        document._retry()
        self.assertEqual((document.state, document.problems), ("to_seal", False))
        self._stamp(document)
        self.assertEqual((document.state, document.fecha), ("stamped", "2026-11-21T18:05:00"))
        self.assertNotEqual(document.request_id, request)
        given_up = document.attempt_ids.filtered(lambda attempt: attempt.operation == "redate")
        self.assertRecordValues(given_up, [{"request_id": request, "raw": sealed}])

    # --- circuit breaker and pace

    def test_a_pac_that_does_not_answer_is_left_alone_and_then_probed(self):
        self.fake.faults = [DOWN] * 100
        documents = self._create_documents(40)
        self._stamp(documents)
        self.assertEqual(self.pac.breaker_state, "open")
        asked = len(self.fake.asked)
        self.assertLess(asked, 10)
        self.assertEqual(set(documents.mapped("state")), {"sealed"})
        self._stamp(documents)
        self.assertEqual(len(self.fake.asked), asked)
        self._later(SHORTEST)
        self._stamp(documents)
        self.assertEqual(len(self.fake.asked), asked + 1)
        self.assertEqual(self.pac.breaker_state, "open")
        self.fake.faults = []
        self._later(2 * SHORTEST)
        self._stamp(documents)
        self.assertEqual(set(documents.mapped("state")), {"stamped"})
        self.assertEqual((self.pac.breaker_state, self.pac.breaker_failures), ("closed", 0))

    def test_calls_that_fail_side_by_side_are_one_outage(self):
        self.pac._note_health([Outcome(None, fields.Datetime.now(), error=DOWN) for _call in range(16)])
        self.assertEqual((self.pac.breaker_failures, self.pac.breaker_openings), (16, 1))
        self.assertEqual(self.pac.breaker_open_until, fields.Datetime.now() + SHORTEST)

    def test_failures_of_several_kinds_are_one_outage(self):
        """What a PAC that is down gives: no connection, answers that never come, in any order."""
        turned_away = Refused("Sin timbres", code="718", scope="account")
        now = fields.Datetime.now()
        for errors in ([DOWN, RESET] * 8, [DOWN, turned_away, RESET, turned_away]):
            self.pac._note_health([Outcome(None, now)])
            self.pac._note_health([Outcome(None, now, error=error) for error in errors])
            self.assertEqual((self.pac.breaker_failures, self.pac.breaker_openings), (len(errors), 1))
            self.assertEqual(self.pac.breaker_open_until, now + SHORTEST)

    def test_a_refused_document_ends_an_outage(self):
        now, refusal = fields.Datetime.now(), Refused("Domicilio", code="CFDI40148")
        self.pac._note_health([Outcome(None, now, error=error) for error in (DOWN, refusal, RESET, refusal)])
        self.assertEqual((self.pac.breaker_state, self.pac.breaker_failures), ("closed", 0))

    def test_fewer_failures_than_the_threshold_leave_the_pac_working(self):
        self.fake.faults = [DOWN] * (THRESHOLD - 1)
        documents = self._create_documents(THRESHOLD - 1)
        self._stamp(documents)
        self.assertEqual((self.pac.breaker_state, self.pac.breaker_failures), ("closed", THRESHOLD - 1))

    def test_a_rate_limit_leaves_what_does_not_fit_for_later(self):
        self.pac.rate_limit = 0.1
        documents = self._create_documents(3)
        self._stamp(documents)
        self.assertEqual(documents.mapped("state"), ["stamped", "sealed", "sealed"])
        self.assertEqual(documents[1].next_try_at, fields.Datetime.now() + timedelta(seconds=10))
        self._later(timedelta(seconds=10))
        self._stamp(documents)
        self.assertEqual(documents.mapped("state"), ["stamped", "stamped", "sealed"])

    # --- 72 hours

    def test_after_72_hours_it_gets_a_new_date_and_a_new_seal_and_keeps_the_old_one(self):
        self.fake.faults = [DOWN]
        document = self._create_documents()
        self._stamp(document)
        request, fecha, sealed = document.request_id, document.fecha, document.sealed_xml
        self._later(timedelta(hours=71))  # Fecha is 6 hours ahead of the test's clock
        self._stamp(document)
        self.assertEqual((document.state, document.fecha), ("stamped", fecha))

        late = self._create_documents()
        self.fake.faults = [DOWN]
        self._stamp(late)
        request, fecha, sealed = late.request_id, late.fecha, late.sealed_xml
        self._later(timedelta(hours=78))
        self._stamp(late)
        self.assertEqual(late.state, "stamped")
        self.assertNotEqual(late.fecha, fecha)
        self.assertNotEqual(late.request_id, request)
        given_up = late.attempt_ids.filtered(lambda attempt: attempt.operation == "redate")
        self.assertRecordValues(given_up, [{"request_id": request, "raw": sealed, "code": fecha}])

    def test_a_doubt_is_not_dated_anew_before_the_pac_says_that_it_did_not_stamp(self):
        self.fake.faults = [("after", RESET)]
        self.fake.doubts = [DOWN]
        document = self._create_documents()
        self._stamp(document)
        request, fecha = document.request_id, document.fecha
        self._later(timedelta(hours=100))
        self._stamp(document)
        self.assertEqual((document.state, document.request_id, document.fecha), ("sent", request, fecha))
        self._later(timedelta(hours=1))
        self._stamp(document)
        self.assertEqual((document.state, document.request_id, document.fecha), ("stamped", request, fecha))
        self.assertEqual(len(self.fake.stamps), 1)

    # --- queue

    def _jobs(self):
        return self.env["queue.job"].search([("model_name", "=", "gym.cfdi.document")])

    def test_recording_makes_one_job_for_each_batch(self):
        before = self._jobs()
        documents = self._create_documents(BATCH + 1)
        jobs = self._jobs() - before
        self.assertEqual(sorted(len(job.records) for job in jobs), [1, BATCH])
        self.assertEqual(set(jobs.mapped("channel")), {"root.cfdi"})
        self.assertTrue(all(job.job_function_id.allow_commit for job in jobs))
        self.assertEqual(set(documents.mapped("next_try_at")), {fields.Datetime.now() + JOB_LATE})

    def test_the_sweep_takes_up_what_is_due_and_nothing_else(self):
        due, later, done = self._create_documents(3)
        self._stamp(done)
        due.next_try_at = fields.Datetime.now() - timedelta(seconds=1)
        before = self._jobs()
        self.Document._cron_sweep()
        jobs = self._jobs() - before
        self.assertEqual([job.records for job in jobs], [due])
        self.Document._cron_sweep()
        self.assertEqual(len(self._jobs() - before), 1)

    def test_the_sweep_adds_no_job_while_many_wait(self):
        documents = self._create_documents(2)
        documents.next_try_at = fields.Datetime.now() - timedelta(seconds=1)
        before = self._jobs()
        with patch("odoo.addons.gym_cfdi.models.gym_cfdi_document_outbox.MOST_JOBS", len(before)):
            self.Document._cron_sweep()
        self.assertEqual(self._jobs(), before)

    def test_stamp_now_also_takes_up_what_was_rejected(self):
        self.fake.faults = [Refused("Domicilio", code="CFDI40148")]
        document = self._create_documents()
        self._stamp(document)
        self.assertEqual(document.state, "rejected")
        with self.enter_registry_test_mode():
            action = document.action_stamp_now()
        self.assertEqual(document.state, "stamped")
        self.assertEqual(action["params"]["type"], "success")
