"""The field type that other addons use."""

import configparser
import os

from odoo import fields
from odoo.tools import config

from .domain.cipher import Cipher


def configured_cipher():
    """Return the cipher of this server, made from ``VIGOR_VAULT_KEYS`` or the section ``[vigor_vault]``.

    :raise MissingKeys: when neither holds a key
    """
    return Cipher(os.environ.get("VIGOR_VAULT_KEYS") or _keys_in_configuration_file())


def _keys_in_configuration_file():
    parser = configparser.RawConfigParser()
    parser.read(config["config"] or ())
    return parser.get("vigor_vault", "keys", fallback="")


class EncryptedText(fields.Text):
    """Text stored as ciphertext only; read it with ``record._vault_read(field)`` and write with ``_vault_write``.

    The field itself never leaves the server (``NO_ACCESS``), is not copied and is not exported: a model offers the
    clear text through a computed field with the groups that may see it.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"groups": fields.NO_ACCESS, "copy": False, "prefetch": False, **kwargs})
