"""Accounts with PACs: their credentials, their connection test, and what a copy of the database loses."""

import tempfile
from pathlib import Path

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, TransactionCase, new_test_user, tagged
from odoo.tools import file_open

from odoo.addons.gym_cfdi_sandbox.sandbox import Server, accounts

from ..services import clients


@tagged("post_install", "-at_install")
class TestPac(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.server = cls.enterClassContext(Server(Path(folder) / "sandbox.sqlite"))
        cls.manager = new_test_user(cls.env, "cfdi_manager", "gym_cfdi.group_cfdi_manager")
        cls.user = new_test_user(cls.env, "cfdi_reader_of_pac", "gym_cfdi.group_cfdi_user")

    def _create_pac(self, **values):
        values = {
            "name": "Account",
            "provider": "finkok",
            "url": self.server.url,
            "username": accounts.USERNAME,
            "password": accounts.PASSWORD,
            **values,
        }
        return self.env["gym.cfdi.pac"].create(values).with_user(self.manager)

    def _flush_tracking(self):
        self.env.flush_all()
        self.cr.precommit.run()

    def _get_credentials(self, pac):
        credentials = pac._get_client()._credentials
        return credentials.username, credentials.password, credentials.token

    def test_every_adapter_can_be_chosen(self):
        selection = dict(self.env["gym.cfdi.pac"]._fields["provider"]._description_selection(self.env))
        self.assertEqual(set(selection), set(clients()))

    def test_the_connection_is_tried_with_the_credentials(self):
        token = {"username": False, "password": False, "token": accounts.TOKEN}
        for values in ({}, {"provider": "sw_sapien"}, {"provider": "sw_sapien", **token}):
            with self.subTest(values=values):
                answer = self._create_pac(**values).action_test_connection()
                self.assertEqual(answer["params"]["type"], "success")

    def test_the_sandbox_needs_no_credentials(self):
        pac = self._create_pac(provider="sandbox", username=False, password=False)
        self.assertFalse(pac.needed_credentials)
        self.assertEqual(pac.action_test_connection()["params"]["type"], "success")

    def test_wrong_credentials_are_told_without_telling_them(self):
        for provider in ("finkok", "sw_sapien"):
            pac = self._create_pac(provider=provider, password="not-the-password")
            with self.subTest(provider=provider), self.assertRaisesRegex(UserError, "refuses the account") as caught:
                pac.action_test_connection()
            self.assertNotIn("not-the-password", str(caught.exception))

    def test_a_service_that_cannot_be_reached_is_told_apart(self):
        with self.assertRaisesRegex(UserError, "cannot be reached"):
            self._create_pac(url="http://127.0.0.1:9").action_test_connection()

    def test_secrets_are_kept_encrypted_and_never_shown(self):
        pac = self._create_pac(token="a-token")
        self.assertNotIn(pac.read(["password"])[0]["password"], (accounts.PASSWORD, False))
        pac.flush_recordset()
        self.env.cr.execute("SELECT * FROM gym_cfdi_pac WHERE id = %s", [pac.id])
        stored = " ".join(map(str, self.env.cr.fetchone()))
        self.assertNotIn("a-token", stored)
        self.assertEqual(pac._get_client()._credentials.token, "a-token")
        pac.token = "********"
        self.assertEqual(pac._get_client()._credentials.token, "a-token", "what the form shows changes nothing")

    def test_credentials_do_not_go_along_to_another_address(self):
        own = {"url": False, "environment": "production", "token": "a-token"}
        for change in (
            {"url": "https://otra.finkok.com"},
            {"environment": "test"},
            {"provider": "sw_sapien"},
            {"url": "https://otra.finkok.com", "username": False, "password": "********"},
        ):
            pac = self._create_pac(**own)
            self._flush_tracking()
            pac.write(change)
            self._flush_tracking()
            with self.subTest(change=change):
                self.assertEqual(self._get_credentials(pac), ("", "", ""))
                self.assertTrue(pac.message_ids.filtered(lambda message: "have been removed" in message.body))
                changed = pac.sudo().message_ids.tracking_value_ids.field_id.mapped("name")
                self.assertEqual(set(changed), change.keys() & {"url", "provider", "environment"})

    def test_credentials_given_with_the_change_are_kept_alone(self):
        pac = self._create_pac(url=False, environment="production", token="a-token")
        pac.write({"url": "https://otra.finkok.com", "username": "new", "password": "new-password"})
        self.assertEqual(self._get_credentials(pac), ("new", "new-password", ""))

    def test_what_does_not_change_the_address_keeps_the_credentials(self):
        pac = self._create_pac()
        pac.write({"url": self.server.url, "provider": "finkok", "environment": "test", "name": "Same"})
        self.assertEqual(self._get_credentials(pac), (accounts.USERNAME, accounts.PASSWORD, ""))

    def test_who_manages_chooses_no_address_but_the_providers(self):
        pac = self._create_pac(url=False)
        for url in ("https://evil.example", self.server.url, "http://demo-facturacion.finkok.com", "//evil.example"):
            with self.subTest(url=url), self.assertRaises(ValidationError), self.cr.savepoint():
                pac.url = url
        self.assertFalse(pac.url)
        self.assertEqual(self._get_credentials(pac), (accounts.USERNAME, accounts.PASSWORD, ""))
        copied = self.env["gym.cfdi.pac"].browse(pac.copy().id)
        self.assertEqual(self._get_credentials(copied), ("", "", ""))

    def test_nobody_sends_credentials_that_count_without_encryption(self):
        with self.assertRaisesRegex(ValidationError, "without encryption"):
            self._create_pac(environment="production")
        with self.assertRaisesRegex(ValidationError, "without encryption"):
            self._create_pac(url="http://10.0.0.7")

    def test_the_form_shows_that_credentials_stay_behind(self):
        pac = self._create_pac(url=False)
        with Form(pac) as form:
            form.environment = "production"
            self.assertFalse(form.password)
            form.username, form.password = "new", "new-password"
        self.assertEqual(self._get_credentials(pac), ("new", "new-password", ""))

    def test_who_only_reads_sees_no_credentials_and_tries_nothing(self):
        pac = self._create_pac().with_user(self.user)
        for name in ("username", "password", "token"):
            with self.assertRaises(UserError):
                pac.read([name])
        with self.assertRaises(UserError):
            pac.action_test_connection()

    def test_a_copy_of_the_database_reaches_no_real_account(self):
        real = self._create_pac(environment="production", url=False, token="a-token")
        sandbox = self._create_pac(provider="sandbox")
        self.env.flush_all()
        with file_open("gym_cfdi/data/neutralize.sql") as statements:
            self.env.cr.execute(statements.read())
        self.env.invalidate_all()
        self.assertRecordValues(real, [{"active": False, "environment": "test", "username": False, "token": False}])
        self.assertEqual(real._get_client()._credentials.secrets, ())
        self.assertTrue(sandbox.active)
