"""Authenticated encryption of short texts with rotating keys (Fernet: AES-128-CBC and HMAC-SHA256)."""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class VaultError(Exception):
    """A secret cannot be written or read with the keys at hand."""


class MissingKeys(VaultError):
    """No key is configured."""


class WrongKeys(VaultError):
    """None of the configured keys made this ciphertext, or it was altered."""


def new_key():
    """Return a fresh random key, ready for the configuration file."""
    return Fernet.generate_key().decode()


class Cipher:
    """Encrypts with the first key and decrypts with any.

    :param str keys: comma-separated keys, newest first, as written in the configuration
    :raise MissingKeys: when there is none
    :raise VaultError: when one of them is not a key
    """

    def __init__(self, keys):
        names = [key.strip() for key in (keys or "").split(",") if key.strip()]
        if not names:
            raise MissingKeys
        try:
            self._fernet = MultiFernet([Fernet(name) for name in names])
        except ValueError as error:
            raise VaultError(str(error)) from error

    def encrypt(self, text):
        """Return the ciphertext of ``text`` as an ASCII string."""
        return self._fernet.encrypt(text.encode()).decode()

    def decrypt(self, token):
        """Return the text behind ``token``.

        :raise WrongKeys: when no key fits or the token was altered
        """
        try:
            return self._fernet.decrypt(token.encode()).decode()
        except InvalidToken as error:
            raise WrongKeys from error

    def rotate(self, token):
        """Return ``token`` encrypted again with the first key.

        :raise WrongKeys: when no key fits or the token was altered
        """
        try:
            return self._fernet.rotate(token.encode()).decode()
        except InvalidToken as error:
            raise WrongKeys from error
