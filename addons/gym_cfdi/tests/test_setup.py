import base64
import tempfile
from datetime import date
from pathlib import Path

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.gym_cfdi_sandbox.sandbox import Server

from ..domain import reader, tfd, trial_seal
from ..domain.tests import certificates
from .common_setup import CfdiSetupCommon


@tagged("post_install", "-at_install")
class TestSetup(CfdiSetupCommon):
    """The whole way, with a real server on loopback as PAC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.server = cls.enterClassContext(Server(Path(folder) / "state.sqlite"))
        cls.company.write({"vat": False, "cfdi_name": False, "cfdi_regime": False, "zip": False})

    def _open(self, user=None):
        setups = self.env["gym.cfdi.setup"].with_user(user or self.manager)
        return setups.with_context(allowed_company_ids=self.company.ids).create({"company_id": self.company.id})

    def _fill_fiscal_data(self, setup, **values):
        setup.write(
            {"rfc": "eku-900317-3C9", "cfdi_name": "ESCUELA KEMPER URGATE", "cfdi_regime": "601", "zip_code": "42501"}
            | values
        )
        setup.action_next()

    def _use_sandbox(self, setup):
        setup.action_use_sandbox()
        setup.pac_ids.with_env(self.env).url = self.server.url
        return setup.pac_ids

    def _prepare(self):
        setup = self._open()
        self._fill_fiscal_data(setup)
        self._create_csd()
        self._use_sandbox(setup)
        return setup

    def test_it_begins_with_what_is_known_and_suggests_the_key_of_gyms(self):
        setup = self._open()
        self.assertRecordValues(setup, [{"step": "fiscal", "cfdi_name": "ESCUELA KEMPER URGATE"}])
        self.assertEqual(setup.product_key_id.code, "91101501")

    def test_wrong_fiscal_data_are_not_kept(self):
        setup = self._open()
        with self.assertRaisesRegex(UserError, "not for companies"):
            self._fill_fiscal_data(setup, cfdi_regime="605")
        self.assertFalse(self.company.vat)

    def test_while_typing_it_says_what_is_missing(self):
        with Form(self._open()) as form:
            form.rfc = "EKU9003173C9"
            form.zip_code = "42501"
            self.assertNotIn("RFC", form.missing)
            self.assertIn("regime is missing", form.missing)
            form.cfdi_regime = "601"
            self.assertFalse(form.missing)

    def test_every_step_says_what_is_missing_and_the_next_time_it_goes_on_there(self):
        setup = self._open()
        self._fill_fiscal_data(setup)
        self.assertEqual(self.company.vat, "EKU9003173C9")
        self.assertEqual(self.company.cfdi_default_product_key_id.code, "91101501")
        self.assertEqual((setup.step, self._open().step), ("csd", "csd"))
        self.assertIn("has no CSD", setup.missing)
        self._create_csd()
        self.assertEqual(self._open().step, "pac")
        setup.action_next()
        self.assertIn("No stamping provider", setup.missing)
        self._use_sandbox(setup)
        self.assertEqual(self._open().step, "test")
        setup.action_next()
        self.assertIn("No test document", setup.missing)
        setup.action_test_stamp()
        self.env.invalidate_all()
        self.assertFalse(setup.missing)
        self.assertEqual(self._open().step, "live")
        setup.action_next()
        self.assertIn("production", setup.missing)

    def test_the_test_stamp_is_real_and_worth_nothing(self):
        setup = self._prepare()
        self.env.invalidate_all()
        setup.action_test_stamp()
        comprobante = reader.read(base64.b64decode(setup.with_context(bin_size=False).test_xml))
        verdict = tfd.verify(comprobante)
        self.assertTrue(verdict.is_signed and verdict.is_test)
        self.assertEqual(comprobante.timbre.uuid, self.company.cfdi_test_uuid)
        self.assertEqual(comprobante.receptor.rfc, "EKU9003173C9")
        self.assertTrue(base64.b64decode(setup.with_context(bin_size=False).test_pdf).startswith(b"%PDF"))
        self.assertFalse(self.env["gym.cfdi.document"].search([("company_id", "=", self.company.id)]))

    def test_what_the_pac_objects_is_told_and_nothing_is_recorded(self):
        setup = self._prepare()
        setup.pac_ids.with_env(self.env).url = "http://127.0.0.1:9"
        with self.assertRaisesRegex(UserError, "did not stamp"):
            setup.action_test_stamp()
        self.assertFalse(self.company.cfdi_tested_at)

    def test_a_production_environment_is_never_tested_on(self):
        setup = self._prepare()
        setup.pac_ids.with_env(self.env).environment = "production"
        with self.assertRaisesRegex(UserError, "environment is test"):
            setup.action_test_stamp()
        self.assertFalse(self.company.cfdi_tested_at)

    def test_a_pac_of_another_company_is_never_tested_on(self):
        setup = self._prepare()
        other = self._create_company(name="Otra")
        setup.sudo().test_pac_id = setup.pac_ids.with_env(self.env).copy({"company_id": other.id})
        with self.assertRaises(UserError):
            setup.action_test_stamp()
        self.assertFalse(self.company.cfdi_tested_at)

    def test_a_trial_begins_only_with_everything_in_place(self):
        setup = self._prepare()
        with self.assertRaisesRegex(UserError, "No test document"):
            setup.action_start_trial()
        self.assertFalse(self.company.cfdi_active)
        setup.action_test_stamp()
        setup.action_start_trial()
        self.assertTrue(self.company.cfdi_active)
        self.assertIn("on trial", self.company.message_ids[0].body)

    def test_going_live_needs_a_confirmation_and_a_production_pac_that_answers(self):
        setup = self._prepare()
        setup.action_test_stamp()
        sandbox = setup.pac_ids
        values = {"name": "PAC", "environment": "production", "url": "http://127.0.0.1:9"}
        production = sandbox.with_env(self.env).copy(values).with_env(sandbox.env)
        with self.assertRaisesRegex(UserError, "Confirm"):
            setup.action_go_live()
        setup.is_confirmed = True
        with self.assertRaisesRegex(UserError, "PAC cannot be reached"):
            setup.action_go_live()
        self.assertFalse(self.company.cfdi_active)
        self.assertTrue(sandbox.active)
        production.with_env(self.env).url = self.server.url
        setup.action_go_live()
        self.assertTrue(self.company.cfdi_active)
        self.assertEqual(self.company.cfdi_since, date(2026, 11, 21))
        self.assertTrue(production.active)
        self.assertFalse(sandbox.active, "no test environment stamps invoices of a live company")
        setup.action_stop()
        self.assertFalse(self.company.cfdi_active)

    def test_a_seal_for_trials_is_made_when_there_is_none(self):
        setup = self._open()
        self._fill_fiscal_data(setup)
        setup.action_use_trial_seal()
        setup.action_use_trial_seal()
        seal = self.env["certificate.certificate"].search([("company_id", "=", self.company.id)])
        self.assertRecordValues(
            seal, [{"cfdi_number": trial_seal.NUMBER, "cfdi_rfc": "EKU9003173C9", "has_cfdi_key": True}]
        )
        self.assertIn("one for trials", "\n".join(setup._get_live_problems(self.company)))
        with self.assertRaises(AccessError):
            self._open(self.user)

    def test_the_seal_of_the_sat_takes_the_place_of_that_for_trials(self):
        setup = self._open()
        self._fill_fiscal_data(setup)
        setup.action_use_trial_seal()
        self._create_csd()
        self.assertFalse(self.company._has_cfdi_trial_seal())
        self.assertEqual(self.company._get_csd().certificate.number, certificates.NUMBER)

    def test_only_managers_of_the_company_set_it_up(self):
        with self.assertRaises(AccessError):
            self._open(self.user)
        stranger = self._create_user("manager", self._create_company(name="Otra"))
        setup = self._open()
        for action in ("action_next", "action_use_sandbox", "action_test_stamp", "action_go_live", "action_stop"):
            with self.assertRaises(AccessError):
                getattr(setup.with_user(stranger).with_context(allowed_company_ids=stranger.company_id.ids), action)()
        self.assertFalse(self.company.cfdi_active)

    def test_the_seals_and_providers_shown_are_those_of_the_company(self):
        self._create_csd(self._create_company(name="Otra"))
        setup = self._prepare()
        self.assertEqual(setup.seal_ids.company_id, self.company)
        self.assertEqual(setup.pac_ids.company_id, self.company)
