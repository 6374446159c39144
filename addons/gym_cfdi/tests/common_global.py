"""Sales to the general public, the outbox, and a sandbox that stamps for real."""

import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo.tests import freeze_time

from odoo.addons.gym_cfdi_sandbox.sandbox import Control, Server

from ..domain.reader import read
from ..domain.tests.certificates import csd
from .common_invoice import CfdiInvoiceCase

# 1 December 2026, 01:00 in LugarExpedicion
FIRST_OF_DECEMBER = "2026-12-01 07:00:00"


@freeze_time(FIRST_OF_DECEMBER)
class CfdiGlobalCase(CfdiInvoiceCase):
    """A company whose November has just ended; ``public`` is a customer without RFC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        server = cls.enterClassContext(Server(Path(folder.name) / "state"))
        cls.sandbox = Control(server.url)
        company_class = cls.env.registry["res.company"]
        cls.enterClassContext(patch.object(company_class, "_get_csd", lambda company, at=None: csd()))
        cls.pac = cls.env["gym.cfdi.pac"].create(
            {"name": "Sandbox", "provider": "sandbox", "company_id": cls.company.id, "url": server.url}
        )
        cls.env["res.company"].search([("id", "!=", cls.company.id)]).cfdi_active = False
        cls.public = cls._create_customer(name="Público en general", vat=False, zip=False, cfdi_regime=False)
        cls.Global = cls.env["gym.cfdi.global"]

    def setUp(self):
        super().setUp()
        self.sandbox.reset()

    @classmethod
    def _sell(cls, day="2026-11-20", lines=None, **values):
        """A posted sale to the general public."""
        return cls._create_invoice_of(lines, partner_id=cls.public.id, invoice_date=day, invoice_date_due=day, **values)

    @classmethod
    def _return(cls, sale, price=None, day="2026-11-30"):
        """A posted credit note of a sale, whole or of one line of another price."""
        refund = sale._reverse_moves([{"invoice_date": day, "date": day}])
        if price is not None:
            refund.invoice_line_ids[1:].unlink()
            refund.invoice_line_ids.price_unit = price
        refund.action_post()
        return refund

    def _issue_due(self):
        """What the cron does, then what the outbox does."""
        self.Global._cron_issue()
        self._stamp()
        return self.Global.search([("company_id", "=", self.company.id)])

    def _stamp(self):
        """Run the outbox over all that waits, until nothing changes any more."""
        pending = [("company_id", "=", self.company.id), ("state", "in", ("to_seal", "sealed", "sent"))]
        Document = self.env["gym.cfdi.document"]
        while documents := Document.search(pending):
            before = documents.mapped("state")
            with self.enter_registry_test_mode(), self.registry.cursor() as cr:
                documents.with_env(documents.env(cr=cr))._job_stamp()
            self.env.invalidate_all()
            if documents.mapped("state") == before:
                self.fail(f"The outbox is stuck: {documents.mapped('problem_text')}")

    def _cancel_at_sat(self, documents):
        """Run the job that asks the SAT to cancel ``documents`` and follows its answer."""
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            documents.with_env(documents.env(cr=cr))._job_cancel()
        self.env.invalidate_all()

    def _read(self, document):
        return read(document._get_stamped_bytes())
