from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..domain.cipher import MissingKeys, VaultError
from ..fields import EncryptedText, configured_cipher


class VaultMixin(models.AbstractModel):
    """Gives a model with :class:`EncryptedText` fields the way in and out of them.

    Access is the caller's duty: the computed field that shows the clear text carries the groups.
    """

    _name = "vault.mixin"
    _description = "Encrypted Fields"

    def _vault_read(self, field_name):
        """Return the clear text of one record's encrypted field, or ``False`` when empty.

        :raise UserError: when this server has no key that opens it
        """
        self.ensure_one()
        token = self.sudo()[field_name]
        if not token:
            return False
        return self._vault_call(lambda cipher: cipher.decrypt(token), field_name)

    def _vault_write(self, field_name, text):
        """Store ``text`` encrypted in ``field_name`` of every record.

        :raise UserError: when this server has no key
        """
        token = self._vault_call(lambda cipher: cipher.encrypt(text), field_name) if text else False
        self.sudo().write({field_name: token})

    def _vault_rotate(self):
        """Encrypt every encrypted field of these records again with the first key; return how many values changed."""
        changed = 0
        for name in self._vault_field_names():
            for record in self.sudo():
                if token := record[name]:
                    record[name] = self._vault_call(lambda cipher, token=token: cipher.rotate(token), name)
                    changed += 1
        return changed

    @api.model
    def _rotate_all(self):
        """Rotate every encrypted field of every model in this database; return how many values changed."""
        models_with_secrets = (
            model for model in self.env.values() if not model._abstract and getattr(model, "_vault_field_names", None)
        )
        return sum(
            model.with_context(active_test=False)
            .search(Domain.OR(Domain(name, "!=", False) for name in names))
            ._vault_rotate()
            for model in models_with_secrets
            if (names := model._vault_field_names())
        )

    @api.model
    def _vault_field_names(self):
        return [name for name, field in self._fields.items() if isinstance(field, EncryptedText)]

    def _vault_call(self, operation, field_name):
        label = self._fields[field_name]._description_string(self.env)
        try:
            return operation(configured_cipher())
        except MissingKeys as error:
            raise UserError(
                self.env._(
                    "“%(field)s” is kept encrypted and this server has no key. Ask the operator to set the vault "
                    "keys in the server configuration.",
                    field=label,
                )
            ) from error
        except VaultError as error:
            raise UserError(
                self.env._(
                    "“%(field)s” was encrypted with a key that this server does not have. Ask the operator to add that "
                    "key to the server configuration.",
                    field=label,
                )
            ) from error
