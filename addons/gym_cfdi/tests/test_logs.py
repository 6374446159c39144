import base64
import contextlib
import logging
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from odoo.addons.gym_cfdi_sandbox.sandbox import Server, accounts

from ..domain.tests import certificates
from ..services.pac import PacError
from .common_setup import NOW, CfdiSetupCommon

WRONG = "not-the-password-of-the-pac"


class Heard(logging.Handler):
    """All that any logger says, whatever its level, tracebacks included."""

    def __init__(self):
        super().__init__(logging.NOTSET)
        self.lines = []

    def emit(self, record):
        self.lines.append(f"{record.name} {self.format(record)}")


@contextlib.contextmanager
def everything_logged():
    """Hear every logger at its most talkative."""
    heard, root = Heard(), logging.getLogger()
    loggers = [root, *(one for one in logging.Logger.manager.loggerDict.values() if isinstance(one, logging.Logger))]
    levels = {logger: logger.level for logger in loggers}
    root.addHandler(heard)
    try:
        for logger in loggers:
            logger.setLevel(logging.DEBUG)
        yield heard.lines
    finally:
        root.removeHandler(heard)
        for logger, level in levels.items():
            logger.setLevel(level)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestLogs(CfdiSetupCommon):
    """No secret of a PAC or of a CSD is ever logged, not even at level DEBUG, where Odoo writes every query."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.server = cls.enterClassContext(Server(Path(folder) / "sandbox.sqlite"))

    def _create_pac(self, **values):
        pacs = self.env["gym.cfdi.pac"].with_context(allowed_company_ids=self.company.ids)
        # the address of a sandbox on this machine is an administrator's to set
        pac = pacs.create({"name": "Account", "url": self.server.url, "company_id": self.company.id} | values)
        pac = pac.with_user(self.manager)
        self.env.flush_all()
        self.env.invalidate_all()
        return pac

    def _assert_silent(self, lines, table, *secrets):
        self.assertTrue(any(line.startswith("odoo.sql_db") and table in line for line in lines), "queries were heard")
        for secret in secrets:
            self.assertEqual([], [line[:300] for line in lines if secret in line])

    def test_the_seal_of_a_company_is_never_logged(self):
        key = certificates.private_key()
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode().splitlines()
        der = base64.b64encode(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())).decode()
        file = base64.b64encode(certificates.key_file()).decode()
        with everything_logged() as lines:
            with self.assertRaises(UserError):
                self._upload(password="wrong-password-of-the-seal")
            self._upload()
            self.company._get_csd().sign("||4.0||")
            self.env["vault.mixin"]._rotate_all()
            self.env.flush_all()
        secrets = (certificates.PASSWORD, "wrong-password-of-the-seal", pem[5], der[80:140], file[80:140])
        self._assert_silent(lines, "gym_cfdi_csd_upload", *secrets)

    def test_the_credentials_of_a_pac_are_never_logged(self):
        with everything_logged() as lines:
            for provider in ("finkok", "sw_sapien"):
                account = {"provider": provider, "username": accounts.USERNAME, "password": WRONG}
                pac = self._create_pac(**account)
                with self.assertRaises(UserError):
                    pac.action_test_connection()
                with self.assertRaises(PacError):
                    pac.sudo()._get_client().stamp(b"<x/>", "request-1")
                away = self._create_pac(**account | {"url": "http://127.0.0.1:9"})
                with self.assertRaises(UserError):
                    away.action_test_connection()
            pac = self._create_pac(provider="sw_sapien", token=accounts.TOKEN)
            pac.action_test_connection()
            with self.assertRaises(PacError):
                pac.sudo()._get_client().stamp(b"<x/>", "request-2")
            pac.sudo().token = "another-permanent-token"
            self.env.flush_all()
        self._assert_silent(lines, "gym_cfdi_pac", WRONG, accounts.TOKEN, "another-permanent-token")
