"""The signature of a notification: header ``DIGEST``, RSA (PKCS #1 v1.5) over SHA-256 of the body as it came."""

import base64
import binascii
import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

_BLOCK = re.compile(r"-----BEGIN PUBLIC KEY-----[^-]*-----END PUBLIC KEY-----")
_SMALLEST_BITS = 2048


def split_keys(text):
    """Return the public keys, as PEM, that a text holds one after the other.

    :raise ValueError: when there is something in it that is no RSA key of 2,048 bits or more
    """
    text = text or ""
    blocks = _BLOCK.findall(text)
    if _BLOCK.sub("", text).strip():
        raise ValueError("There is more than public keys in it.")
    for block in blocks:
        _load(block)
    return blocks


def is_signed(body, header, keys):
    """Tell whether one of the keys signed a notification.

    :param bytes body: exactly as received
    :param str header: of ``DIGEST``, in base64; ``None`` when there is none
    :param list keys: PEM; while keys are changed there are two
    """
    try:
        signature = base64.b64decode((header or "").strip(), validate=True)
    except (binascii.Error, ValueError):
        return False
    return bool(signature) and any(_is_signed_by(key, signature, body) for key in keys)


def _is_signed_by(pem, signature, body):
    try:
        _load(pem).verify(signature, body, padding.PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True


def _load(pem):
    try:
        key = load_pem_public_key(pem.encode())
    except Exception as error:  # cryptography has many ways of saying that it is no key
        raise ValueError("One of the keys cannot be read.") from error
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < _SMALLEST_BITS:
        raise ValueError("A key has to be RSA, of 2,048 bits or more.")
    return key
