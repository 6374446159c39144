import os
import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.gym_cfdi_sandbox.sandbox import Server
from odoo.addons.gym_members.tests.common import GymMembersCommon
from odoo.addons.vigor_vault.domain.cipher import new_key

OTHERS = ("frontdesk", "trainer", "manager")


@tagged("post_install", "-at_install")
class TestStartCfdi(GymMembersCommon):
    """Invoices in the start page, with a real sandbox on loopback."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.enterClassContext(patch.dict(os.environ, {"VIGOR_VAULT_KEYS": new_key()}))
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.server = cls.enterClassContext(Server(Path(folder) / "state.sqlite"))
        cls.new = cls.env["res.company"].create({"name": "Empty Company"})
        cls.boss = new_test_user(
            cls.env,
            "quien_empieza",
            groups="gym_members.group_gym_owner",
            company_id=cls.new.id,
            company_ids=[(6, 0, cls.new.ids)],
        )
        cls.page = cls.env["gym.start"].with_user(cls.boss).with_context(lang="en_US")

    def _get(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return next(step for step in self.page.get_page()["steps"] if step["key"] == "cfdi")

    def _fill_in(self, **values):
        values = {"name": "Fuerza Mérida SA de CV", "vat": "FRO150203JO9", "zip": "97000"} | values
        self.env["gym.start.company"].with_user(self.boss).create(values).action_save()
        pacs = self.env["gym.cfdi.pac"]
        pacs.create(
            {
                "name": "Sandbox",
                "provider": "sandbox",
                "environment": "test",
                "company_id": self.new.id,
                "url": self.server.url,
            }
        )

    def test_it_can_be_tried_when_the_company_is_there(self):
        self.assertEqual(self._get()["more"], [])
        self._fill_in()
        self.assertEqual([button["method"] for button in self._get()["more"]], ["try_cfdi"])

    def test_one_click_stamps_without_validity_and_does_not_count_as_done(self):
        self._fill_in()
        self.page.try_cfdi()
        self.assertTrue(self.new.cfdi_active and self.new.cfdi_test_uuid)
        self.assertEqual((self.new.cfdi_name, self.new.cfdi_regime), ("FUERZA MERIDA", "601"))
        self.assertTrue(self.new._has_cfdi_trial_seal())
        step = self._get()
        self.assertIn("NO FISCAL VALIDITY", step["note"])
        self.assertEqual((step["is_done"], step["more"]), (False, []))

    def test_a_person_with_a_business_has_another_regime(self):
        self._fill_in(name="Ana López Pérez", vat="LOPA850101AB7")
        self.page.try_cfdi()
        self.assertEqual(self.new.cfdi_regime, "612")

    def test_the_first_payment_is_invoiced_from_the_page(self):
        self._fill_in()
        self.page.try_cfdi()
        self.assertEqual(self._get()["more"], [])
        sale = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": self.new.id,
                "partner_id": self.env["res.partner"].create({"name": "Ana"}).id,
                "invoice_date": self.new._today(),
                "invoice_line_ids": [(0, 0, {"name": "Mensual", "price_unit": 599})],
            }
        )
        sale.action_post()
        bank = self.env["account.journal"].search([("type", "=", "bank"), ("company_id", "=", self.new.id)], limit=1)
        bank._receive_gym_payment(sale.partner_id, sale.amount_total, self.new._today(), sale)
        (button,) = self._get()["more"]
        self.assertIn(sale.cfdi_ticket_code, button["action"]["url"])
        self.assertTrue(button["action"]["url"].startswith("/factura?number=INV"))

    def test_a_second_click_changes_nothing(self):
        self._fill_in()
        self.page.try_cfdi()
        before = self.new.cfdi_test_uuid
        self.page.try_cfdi()
        self.assertEqual(self.new.cfdi_test_uuid, before)
        self.assertEqual(len(self.env["gym.cfdi.pac"].search([("company_id", "=", self.new.id)])), 1)

    def test_only_the_owner_begins_a_trial(self):
        for role in OTHERS:
            with self.subTest(role), self.assertRaises(AccessError):
                self.env["gym.start"].with_user(getattr(self, role)).try_cfdi()
        self.assertFalse(self.company.cfdi_active)

    def test_a_production_pac_is_done(self):
        self._fill_in()
        self.page.try_cfdi()
        self.env["gym.cfdi.pac"].search([("company_id", "=", self.new.id)]).write(
            {"provider": "finkok", "environment": "production", "url": False}
        )
        step = self._get()
        self.assertTrue(step["is_done"])
        self.assertFalse(step["note"])
