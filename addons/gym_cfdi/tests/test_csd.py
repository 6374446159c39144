import base64
import os
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from unittest.mock import patch

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import config

from odoo.addons.vigor_vault.domain.cipher import new_key

from ..domain.csd import Csd
from ..domain.tests import certificates
from .common_setup import NOW, CfdiSetupCommon

FIRST, SECOND = "30001000000500000001", "30001000000500000002"


@contextmanager
def no_vault_key():
    without = patch("odoo.addons.vigor_vault.fields._keys_in_configuration_file", return_value="")
    with without, patch.dict(os.environ, {"VIGOR_VAULT_KEYS": ""}):
        yield


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestCsdUpload(CfdiSetupCommon):
    def assertRefused(self, message, **upload):
        with self.assertRaisesRegex(UserError, message):
            self._upload(**upload)
        self.assertFalse(self.env["certificate.certificate"].search([("company_id", "=", self.company.id)]))

    def test_a_manager_uploads_a_seal_that_then_seals(self):
        seal = self._upload()
        self.assertRecordValues(
            seal,
            [
                {
                    "cfdi_number": certificates.NUMBER,
                    "cfdi_rfc": "EKU9003173C9",
                    "cfdi_holder": "ESCUELA KEMPER URGATE SA DE CV",
                    "date_start": datetime(2025, 1, 1),
                    "date_end": datetime(2028, 12, 31),
                    "has_cfdi_key": True,
                    "private_key_id": False,
                }
            ],
        )
        signature = self.company._get_csd().sign("||4.0||")
        self.assertTrue(self.company._get_csd().certificate.verifies(signature, "||4.0||"))
        self.assertFalse(self.env["gym.cfdi.csd.upload"].search([]), "nothing of the upload stays")

    def test_the_same_seal_again_gets_its_key_anew(self):
        seal = self._upload()
        seal.active = False
        self.assertEqual(self._upload(), seal)
        self.assertTrue(seal.active)

    def test_a_key_of_another_certificate_is_refused(self):
        self.assertRefused("made together", key=certificates.key_file(1))

    def test_a_wrong_password_is_refused(self):
        self.assertRefused("Type the password", password="wrong")

    def test_an_efirma_is_refused(self):
        self.assertRefused("it is an e.firma", cer=certificates.cer_file(is_fiel=True))

    def test_a_seal_of_another_taxpayer_is_refused(self):
        self.assertRefused("belongs to URE180429TM6", cer=certificates.cer_file(rfc="URE180429TM6"))

    def test_an_expired_seal_is_refused(self):
        self.assertRefused("is valid from", cer=certificates.cer_file(years=1))

    def test_files_that_are_no_seal_are_refused(self):
        self.assertRefused("not a certificate", cer=b"hello")
        self.assertRefused("not a private key", key=b"hello")

    def test_a_name_in_latin_1_is_read(self):
        cer = certificates.cer_file(holder="NIXXOS FELICES").replace(b"NIXXOS", b"NI\xd1\xd1OS")
        self.assertEqual(self._upload(cer=cer).cfdi_holder, "NIÑÑOS FELICES")

    def test_a_user_cannot_upload(self):
        with self.assertRaises(AccessError):
            self._upload(user=self.user)
        self.assertFalse(self.env["certificate.certificate"].search([("scope", "=", "cfdi")]))

    def test_a_manager_of_another_company_cannot_upload(self):
        stranger = self._create_user("manager", self._create_company(name="Otra"))
        with self.assertRaises(AccessError):
            self._upload(user=stranger)
        self.assertFalse(self.env["certificate.certificate"].search([("scope", "=", "cfdi")]))

    def test_a_failed_upload_leaves_only_ciphertext(self):
        self.assertRefused("belongs to", cer=certificates.cer_file(rfc="URE180429TM6"))
        self.env["gym.cfdi.csd.upload"].search([]).flush_recordset()
        self._assert_no_secret_at_rest()

    def test_the_wizard_never_gives_back_what_was_typed(self):
        upload = self.env["gym.cfdi.csd.upload"].with_user(self.manager)
        upload = upload.with_context(allowed_company_ids=self.company.ids).create(
            {"key_file": base64.b64encode(certificates.key_file()), "password": "x", "company_id": self.company.id}
        )
        self.env.invalidate_all()
        self.assertEqual(upload.read(["key_file", "password", "has_key"])[0] | {"id": 0}, {
            "id": 0, "key_file": False, "password": False, "has_key": True,
        })  # fmt: skip

    def test_nothing_secret_lies_in_the_database_or_in_the_filestore(self):
        self._upload()
        self._assert_no_secret_at_rest()

    def _assert_no_secret_at_rest(self):
        """Look for the password, the key file and the bare key, as they are and in base64, in every place."""
        key = certificates.private_key()
        bare = [
            key.private_bytes(encoding, PrivateFormat.PKCS8, NoEncryption())
            for encoding in (Encoding.DER, Encoding.PEM)
        ]
        secrets = [certificates.PASSWORD.encode(), *(bare), certificates.key_file()]
        secrets += [base64.b64encode(secret) for secret in secrets]
        self.env.flush_all()
        for table in (
            "certificate_certificate",
            "certificate_key",
            "gym_cfdi_csd_upload",
            "ir_attachment",
            "mail_message",
        ):
            self.env.cr.execute(f'SELECT row_to_json(t)::text FROM "{table}" t')  # noqa: S608
            rows = "\n".join(row for (row,) in self.env.cr.fetchall())
            for secret in secrets:
                # bytea columns are written in hexadecimal
                self.assertNotIn(secret.hex(), rows, table)
                if secret.isascii():
                    self.assertNotIn(secret.decode()[:60].replace("\n", "\\n"), rows, table)
        store = Path(config.filestore(self.env.cr.dbname))
        attachments = (
            self.env["ir.attachment"].sudo().search([("res_field", "!=", False), ("store_fname", "!=", False)])
        )
        for name in attachments.filtered(lambda a: a.res_model.startswith(("certificate", "gym.cfdi"))).mapped(
            "store_fname"
        ):
            content = (store / name).read_bytes()
            for secret in secrets:
                self.assertNotIn(secret, content)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestCsd(CfdiSetupCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seal = cls._create_csd(number=FIRST)

    def test_a_copy_of_the_database_without_the_vault_key_cannot_seal(self):
        self.company._get_csd()
        self.env.registry.clear_cache("stable")  # another server
        with no_vault_key(), self.assertRaisesRegex(UserError, "this server has no key"):
            self.company._get_csd()
        with (
            patch.dict(os.environ, {"VIGOR_VAULT_KEYS": new_key()}),
            self.assertRaisesRegex(UserError, "does not have"),
        ):
            self.company._get_csd()

    def test_a_new_vault_key_takes_over_and_the_old_one_is_needed_no_more(self):
        old, new = os.environ["VIGOR_VAULT_KEYS"], new_key()
        with patch.dict(os.environ, {"VIGOR_VAULT_KEYS": f"{new},{old}"}):
            self.assertGreaterEqual(self.env["vault.mixin"]._rotate_all(), 2)
        with patch.dict(os.environ, {"VIGOR_VAULT_KEYS": new}):
            self.env.registry.clear_cache("stable")
            self.assertEqual(self.company._get_csd().certificate.number, FIRST)
        self.env.registry.clear_cache("stable")
        with self.assertRaisesRegex(UserError, "does not have"):
            self.company._get_csd()

    def test_a_worker_loads_the_seal_once_and_without_proving_the_key(self):
        self.env.registry.clear_cache("stable")
        with patch.object(Csd, "load", wraps=Csd.load) as load:
            first = self.company._get_csd()
            self.env.invalidate_all()
            with self.assertQueryCount(2):  # company and partner, for the RFC
                self.assertIs(self.company._get_csd(), first)
        self.assertEqual([call.kwargs for call in load.mock_calls], [{"is_known": True}])

    def test_archiving_the_seal_takes_effect_at_once(self):
        self.company._get_csd()
        self.seal.active = False
        with self.assertRaisesRegex(UserError, "has no CSD of EKU9003173C9"):
            self.company._get_csd()
        self.seal.active = True
        self.assertTrue(self.company._get_csd())

    def test_the_newest_of_two_seals_is_used_and_the_old_one_until_it_ends(self):
        self._create_csd(number=SECOND, which=1, issued=datetime(2026, 6, 1))
        self.assertEqual(self.company._get_csd().certificate.number, SECOND)
        self.assertEqual(self.company._get_csd(datetime(2026, 5, 1)).certificate.number, FIRST)

    def test_a_seal_younger_than_72_hours_gives_way_to_an_older_one(self):
        second = self._create_csd(number=SECOND, which=1, issued=datetime(2026, 11, 19, 12))
        self.assertEqual(self.company._get_csd().certificate.number, FIRST)
        self.assertEqual(self.company._get_csd(datetime(2026, 11, 22, 12)).certificate.number, SECOND)
        self.seal.active = False
        self.assertEqual(self.company._get_csd().certificate.number, SECOND)
        self.assertTrue(second.active)

    def test_after_the_end_of_the_last_one_the_remedy_is_told(self):
        with self.assertRaisesRegex(UserError, "expired on 2028-12-30.*Certifica"):
            self.company._get_csd(datetime(2029, 1, 1))

    def test_a_company_that_changes_its_rfc_cannot_seal_with_the_old_seal(self):
        self.company.vat = "URE180429TM6"
        with self.assertRaisesRegex(UserError, "has no CSD of URE180429TM6"):
            self.company._get_csd()

    def test_a_branch_seals_with_the_seal_of_its_parent(self):
        branch = self.env["res.company"].create(
            {"name": "Sucursal", "parent_id": self.company.id, "vat": "EKU9003173C9"}
        )
        self.assertEqual(branch._get_csd().certificate.number, FIRST)

    def test_another_company_does_not_seal_with_it(self):
        with self.assertRaises(UserError):
            self._create_company(name="Otra")._get_csd()

    def test_core_certificates_are_left_alone(self):
        with self.assertRaisesRegex(ValidationError, "not a CSD"):
            self.seal.content = base64.b64encode(certificates.cer_file(is_fiel=True))

    def test_a_key_beside_the_vault_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "kept encrypted"):
            self.seal.pkcs12_password = "secret"


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestCsdRights(CfdiSetupCommon):
    """An attacker with each role, by every way to read that a remote caller has."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seal = cls._create_csd()
        cls.administrator = cls._create_user("manager", cls.company)

    @classmethod
    def _create_user(cls, role, company=None):
        if role == "manager" and getattr(cls, "manager", None):
            user = cls.manager.copy({"login": "cfdi_admin"})
            user.group_ids += cls.env.ref("base.group_system")
            return user
        return super()._create_user(role, company)

    def _as(self, user):
        return self.seal.with_user(user).with_context(allowed_company_ids=self.company.ids)

    def test_managers_see_seals_and_users_do_not(self):
        self.assertEqual(self._as(self.manager).read(["cfdi_number"])[0]["cfdi_number"], certificates.NUMBER)
        with self.assertRaises(AccessError):
            self._as(self.user).read(["cfdi_number"])

    def test_managers_see_only_seals_of_their_company_and_no_other_certificates(self):
        other = self.seal.copy({"scope": "general", "content": base64.b64encode(certificates.cer_file(which=1))})
        foreign = self._create_csd(self._create_company(name="Otra"))
        found = self._as(self.manager).search([])
        self.assertEqual(found, self.seal)
        for hidden in other, foreign:
            with self.assertRaises(AccessError):
                hidden.with_user(self.manager).read(["name"])

    def test_nobody_changes_or_deletes_a_seal_remotely_but_the_administrator(self):
        for operation in (lambda s: s.write({"name": "x"}), lambda s: s.unlink(), lambda s: s.copy()):
            for user in (self.manager, self.user):
                with self.assertRaises(AccessError):
                    operation(self._as(user))
        self.assertEqual(self.seal.exists().name, f"CSD {certificates.NUMBER}")

    def test_nobody_reads_the_key(self):
        for user in (self.administrator, self.manager, self.user):
            seal = self._as(user)
            for field in ("cfdi_private_key", "cfdi_key_password"):
                for attack in (
                    lambda s, f: s.read([f]),
                    lambda s, f: s.web_read({f: {}}),
                    lambda s, f: s.export_data([f]),
                    lambda s, f: s.search([(f, "like", "gAAAA")]),
                    lambda s, f: s.search([], order=f),
                    lambda s, f: s.formatted_read_group([], [f], ["__count"]),
                    lambda s, f: s.write({f: "x"}),
                    lambda s, f: s.create({"name": "x", f: "x"}),
                ):
                    with self.subTest(user=user.login, field=field), self.assertRaises(UserError):
                        attack(seal, field)
            self.assertNotIn("cfdi_private_key", seal.fields_get() if user != self.user else ())

    def test_reading_everything_gives_no_key(self):
        for user in (self.administrator, self.manager):
            values = self._as(user).read()[0]
            self.assertFalse({"cfdi_private_key", "cfdi_key_password"} & values.keys())

    def test_a_copy_has_no_key(self):
        copy = self.seal.copy({"company_id": self._create_company(name="Otra").id})
        self.assertFalse(copy.has_cfdi_key)
