"""Invoices stamped on the way that production takes, but for the PAC, which is an object of the test."""

from unittest.mock import patch

from ..domain.tests.certificates import csd
from .common import FakePac
from .common_invoice import CfdiInvoiceCase


class CfdiStampingCase(CfdiInvoiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fake = FakePac()
        cls.pac = cls.env["gym.cfdi.pac"].create(
            {"name": "Fake", "provider": "sandbox", "company_id": cls.company.id, "url": "https://fake.invalid"}
        )
        for model, name, function in (
            ("gym.cfdi.pac", "_get_client", lambda pac: cls.fake),
            ("res.company", "_get_csd", lambda company, at=None: csd()),
        ):
            patcher = patch.object(cls.env.registry[model], name, function)
            patcher.start()
            cls.addClassCleanup(patcher.stop)

    def _stamp(self, documents):
        """Run the outbox over ``documents`` as a job does; for an HttpCase, whose cursors share one transaction."""
        with self.registry.cursor() as cr:
            documents.with_env(documents.env(cr=cr))._job_stamp()
        self.env.invalidate_all()
