"""A company that issues CFDI, a PAC that is an object of the test, and a way to run the outbox."""

import itertools
import threading
from contextlib import ExitStack, nullcontext
from datetime import datetime
from unittest.mock import patch

from odoo import fields
from odoo.tests import TransactionCase

from ..domain.tests.certificates import csd
from ..domain.tests.documents import invoice
from ..domain.tests.stamps import stamp
from ..services.pac import Stamped

NOW = "2026-11-21 18:00:00"
LOCAL_NOW = datetime(2026, 11, 21, 12)


class FakePac:
    """A PAC that stamps each sealed document once and remembers it.

    ``faults`` are consumed in order, one by each call of ``stamp``: an exception to raise instead of stamping;
    a pair of "after" and an exception to raise after having stamped; ``None`` for no fault. ``doubts`` likewise for
    ``recover``. ``list`` is what the SAT's list of RFCs answers: {RFC: Taxpayer}, an exception to raise, or ``None``
    for a PAC that does not offer it.
    """

    def __init__(self, prefix="0"):
        self.prefix = prefix
        self._numbers, self._lock = itertools.count(), threading.Lock()
        self.left = 1000
        self.forget()

    def forget(self):
        """Be as new."""
        self.stamps = {}
        self.asked = []
        self.recovered = []
        self.faults = []
        self.doubts = []
        self.list = None
        self.looked_up = []

    def stamp(self, xml, request_id):
        self.asked.append(request_id)
        fault = self.faults.pop(0) if self.faults else None
        if isinstance(fault, Exception):
            raise fault
        stamped = self._stamped(xml)
        if fault:
            raise fault[1]
        return stamped

    def recover(self, xml, request_id):
        self.recovered.append(request_id)
        if self.doubts:
            raise self.doubts.pop(0)
        return self.stamps.get(xml)

    def look_up(self, rfc, name, postal_code):
        self.looked_up.append((rfc, name, postal_code))
        if isinstance(self.list, Exception):
            raise self.list
        return self.list and self.list[rfc]

    def balance(self):
        return self.left

    def check(self):
        pass

    def _stamped(self, xml):
        with self._lock:  # several threads of the outbox ask at once
            if xml not in self.stamps:
                uuid = f"6F9619F{self.prefix}-8B86-4D01-B42D-{next(self._numbers):012d}"
                self.stamps[xml] = Stamped(stamp(xml, uuid), uuid, raw="<answer/>")
            return self.stamps[xml]


class CfdiCase(TransactionCase):
    """Documents whose content is the membership of ``domain/tests/documents.py`` with their id as folio."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Escuela Kemper Urgate", "zip": "42501"})
        cls.env = cls.env(context=cls.env.context | {"allowed_company_ids": cls.company.ids})
        cls.Document = cls.env["gym.cfdi.document"]
        cls.fakes = {}
        patches = ExitStack()
        cls.addClassCleanup(patches.close)
        registry_classes = (
            (cls.env.registry["gym.cfdi.document"], "_get_composers", lambda documents: cls._get_test_composers()),
            (cls.env.registry["gym.cfdi.pac"], "_get_client", lambda pac: cls.fakes[pac.id]),
            (cls.env.registry["res.company"], "_get_csd", lambda company, at=None: csd()),
            (cls.env.registry["res.company"], "_get_cfdi_now", lambda company, zip_code=None: cls._local_now()),
        )
        for model_class, name, function in registry_classes:
            patches.enter_context(patch.object(model_class, name, function))
        cls.pac, cls.fake = cls._create_pac("First", sequence=1)

    def setUp(self):
        super().setUp()
        self.fake.forget()

    @classmethod
    def _create_pac(cls, name, **values):
        """A provider and the object behind it."""
        defaults = {"name": name, "provider": "sandbox", "company_id": cls.company.id, "url": f"https://{name}.invalid"}
        pac = cls.env["gym.cfdi.pac"].create(defaults | values)
        cls.fakes[pac.id] = FakePac(prefix=str(len(cls.fakes)))
        return pac, cls.fakes[pac.id]

    @classmethod
    def _local_now(cls):
        return fields.Datetime.now()  # frozen, in UTC: behind no clock of Mexico that matters here

    @classmethod
    def _get_test_composers(cls):
        return {("invoice", "credit_note", "payment", "global"): cls._compose_test}

    @classmethod
    def _compose_test(cls, documents, dates):
        return {
            document: invoice(serie="T", folio=str(document.id), fecha=dates[document], no_certificado=None)
            for document in documents
        }

    def _create_documents(self, count=1, **values):
        defaults = {
            "company_id": self.company.id,
            "kind": "invoice",
            "document_type": "I",
            "place_zip": "42501",
            "currency_id": self.env.ref("base.MXN").id,
        }
        return self.Document._record([defaults | values for _number in range(count)])

    def _stamp(self, documents):
        """Run the outbox over ``documents`` as a job does, committing within the transaction of the test."""
        self._run_job(documents, lambda job_documents: job_documents._job_stamp())

    def _run_job(self, records, action):
        self.env.flush_all()
        in_test_mode = nullcontext() if type(self)._registry_patched else self.enter_registry_test_mode()
        with in_test_mode, self.registry.cursor() as cr:
            result = action(records.with_env(records.env(cr=cr)))
        self.env.invalidate_all()
        return result
