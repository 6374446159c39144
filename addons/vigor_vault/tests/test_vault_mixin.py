import os
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

from odoo.addons.vigor_vault.domain.cipher import new_key
from odoo.addons.vigor_vault.fields import EncryptedText, configured_cipher


def vault_keys(keys):
    return patch.dict(os.environ, {"VIGOR_VAULT_KEYS": keys})


@tagged("post_install", "-at_install")
class TestVaultMixin(TransactionCase):
    """The cipher itself is tested in ``domain/``; models with secrets test their own fields."""

    def test_encrypted_fields_never_leave_the_server(self):
        field = EncryptedText("Secret")
        self.assertEqual(field._args__["groups"], ".")
        self.assertIs(field._args__["copy"], False)

    def test_a_server_without_keys_says_what_to_do(self):
        with vault_keys(""), patch("odoo.addons.vigor_vault.fields._keys_in_configuration_file", return_value=""):
            with self.assertRaisesRegex(UserError, "has no key"):
                self.env["vault.mixin"]._vault_call(lambda cipher: cipher.encrypt("x"), "display_name")

    def test_a_secret_of_another_server_says_what_to_do(self):
        with vault_keys(new_key()):
            token = configured_cipher().encrypt("x")
        with vault_keys(new_key()), self.assertRaisesRegex(UserError, "does not have"):
            self.env["vault.mixin"]._vault_call(lambda cipher: cipher.decrypt(token), "display_name")
