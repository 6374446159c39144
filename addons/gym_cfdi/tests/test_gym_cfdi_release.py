"""Documents whose PAC will never answer what became of them."""

import base64
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged

from ..models import gym_cfdi_document_sat
from ..services.pac import InDoubt, SatStatus, TryAgain
from .common import NOW, CfdiCase

UUID = "6F9619F9-8B86-4D01-B42D-00CF4FC964FF"
REASON = "The provider closed on 20 November."
UNKNOWN = SatStatus("N - 602: Comprobante no encontrado.", "No Encontrado", "", "", "")
IN_FORCE = SatStatus("S - Comprobante obtenido satisfactoriamente.", "Vigente", "Cancelable sin aceptación", "", "")


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestRelease(CfdiCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = {"manager": "gym_cfdi.group_cfdi_manager", "reader": "gym_cfdi.group_cfdi_user"}
        cls.manager, cls.reader = (
            new_test_user(
                cls.env,
                f"cfdi_release_{name}",
                groups=group,
                company_id=cls.company.id,
                company_ids=[(6, 0, cls.company.ids)],
            )
            for name, group in groups.items()
        )

    def setUp(self):
        super().setUp()
        self.asked = []

    def _lose(self, raw=""):
        """A document that the PAC stamped, whose answer was lost, and of which that PAC says nothing any more."""
        document = self._create_documents()
        self.fake.faults = [("after", InDoubt("connection reset", code="reset", raw=raw))]
        self.fake.doubts = [TryAgain("nobody listens", code="connection")] * 9
        self._stamp(document)
        self.assertEqual(document.state, "sent")
        return document

    def _decide(self, document, user=None, answer=UNKNOWN, **values):
        """Fill in the assistant and decide; ``answer`` is what the SAT says."""

        def query(expression, url, timeouts):
            self.asked.append(expression)
            if isinstance(answer, Exception):
                raise answer
            return answer

        wizard = (
            self.env["gym.cfdi.release"]
            .with_user(user or self.manager)
            .create({"document_id": document.id, "way": "release", "reason": REASON} | values)
        )
        with (
            patch.object(gym_cfdi_document_sat.sat_status, "query", query),
            patch.object(type(document), "_get_status_url", lambda documents: "http://sat.invalid"),
            self.enter_registry_test_mode(),
        ):
            self.env.flush_all()
            wizard.action_decide()
        self.env.invalidate_all()

    def _later(self, hours):
        freezer = freeze_time(fields.Datetime.now() + timedelta(hours=hours))
        freezer.start()
        self.addCleanup(freezer.stop)

    def _assert_untouched(self, document, request):
        self.assertEqual((document.state, document.request_id, document.pac_id), ("sent", request, self.pac))
        self.assertNotIn("release", document.attempt_ids.mapped("operation"))

    def test_a_seal_that_nobody_can_stamp_any_more_is_given_up_and_the_document_sealed_anew(self):
        document = self._lose()
        old, sealed = document.request_id, document.sealed_xml
        self._later(80)
        self._decide(document)
        self.assertRecordValues(document, [{"state": "to_seal", "pac_id": False, "tries": 0}])
        attempt = document.attempt_ids.filtered(lambda attempt: attempt.operation == "release")
        self.assertRecordValues(
            attempt,
            [
                {
                    "message": REASON,
                    "raw": sealed,
                    "request_id": old,
                    "pac_id": self.pac.id,
                    "create_uid": self.manager.id,
                }
            ],
        )
        self.assertFalse(self.asked, "nothing to ask the SAT about")
        self.fake.doubts = []
        self._stamp(document)
        self.assertEqual(document.state, "stamped")
        self.assertNotEqual(document.request_id, old)

    def test_before_the_72_hours_are_over_everywhere_nothing_is_given_up(self):
        document = self._lose()
        request = document.request_id
        left = (document._get_release_time() - fields.Datetime.now()).total_seconds() / 3600
        self._later(left - 0.1)
        with self.assertRaisesRegex(UserError, "Wait until then"):
            self._decide(document)
        self._assert_untouched(document, request)
        self._later(0.2)
        self._decide(document)
        self.assertEqual(document.state, "to_seal")

    def test_without_a_reason_nothing_is_given_up(self):
        document = self._lose()
        request = document.request_id
        self._later(80)
        for reason in (False, "  gone    "):
            with self.assertRaises(UserError):
                self._decide(document, reason=reason)
        self._assert_untouched(document, request)

    def test_the_sat_is_asked_about_every_folio_that_can_be_known(self):
        document = self._lose(raw=f'<a x="{UUID.lower()}"/>')
        self._later(80)
        found = "00000000-8B86-4D01-B42D-00CF4FC964FF"
        self._decide(document, uuid=found.lower())
        self.assertEqual(
            [f"?id={uuid}&" in text for uuid, text in zip((found, UUID), self.asked, strict=True)], [True, True]
        )
        comprobante = document._read_comprobante()
        self.assertIn(f"re={comprobante.emisor.rfc}&rr={comprobante.receptor.rfc}&tt=599.0&fe=", self.asked[0])
        self.assertEqual(document.attempt_ids.mapped("operation").count("status"), 2)
        self.assertEqual(document.state, "to_seal")

    def test_what_the_sat_knows_or_does_not_tell_is_not_given_up(self):
        document = self._lose(raw=UUID)
        request = document.request_id
        self._later(80)
        for answer in (IN_FORCE, TryAgain("time-out", code="timeout")):
            with self.assertRaisesRegex(UserError, UUID):
                self._decide(document, answer=answer)
            self._assert_untouched(document, request)
        self.assertEqual(document.attempt_ids.mapped("operation").count("status"), 2, "the questions are logged")

    def test_the_stamp_may_be_brought_at_any_time(self):
        document = self._lose()
        stamped = self.fake.stamps[document._get_sealed_bytes()]
        self._decide(document, way="keep", xml=base64.b64encode(stamped.xml))
        self.assertEqual((document.state, document.uuid), ("stamped", stamped.uuid))
        self.assertEqual(document._get_stamped_bytes(), stamped.xml)
        self.assertIn("keep", document.attempt_ids.mapped("operation"))

    def test_the_stamp_of_another_document_is_not_taken(self):
        document, other = self._lose(), self._create_documents()
        self._stamp(other)
        for xml in (other._get_stamped_bytes(), document._get_sealed_bytes(), b"<not-a-cfdi/>"):
            with self.assertRaises(UserError):
                self._decide(document, way="keep", xml=base64.b64encode(xml))
        self.assertEqual((document.state, document.uuid), ("sent", False))
        self.assertNotIn("keep", document.attempt_ids.mapped("operation"))

    def test_what_is_not_in_doubt_has_no_way_out(self):
        document = self._create_documents()
        self._later(80)
        with self.assertRaises(UserError):
            self._decide(document)
        self.assertEqual((document.state, len(document.attempt_ids)), ("to_seal", 0))

    def test_only_managers_decide(self):
        document = self._lose()
        request = document.request_id
        self._later(80)
        with self.assertRaises(AccessError):
            document.with_user(self.reader).action_give_up_seal()
        with self.assertRaises(AccessError):
            self._decide(document, user=self.reader)
        self._assert_untouched(document, request)
        self.assertEqual(document.with_user(self.manager).action_give_up_seal()["res_model"], "gym.cfdi.release")

    def test_a_document_that_a_worker_has_is_left_to_it(self):
        document = self._lose()
        request = document.request_id
        self._later(80)
        with (
            patch.object(type(document), "_taken", lambda documents: _nobody(documents)),
            self.assertRaisesRegex(UserError, "at this moment"),
        ):
            self._decide(document)
        self._assert_untouched(document, request)


class _nobody:  # noqa: N801 - stands for a context manager of a method
    def __init__(self, documents):
        self.documents = documents.browse()

    def __enter__(self):
        return self.documents

    def __exit__(self, *error):
        return False
