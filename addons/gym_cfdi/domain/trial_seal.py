"""A seal made on the spot, to try things out before one has that of the SAT.

It looks like a CSD and no authority knows it: test environments of our own take it, a PAC does not, and nothing that is
sealed with it has fiscal validity.
"""

from datetime import timedelta
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from cryptography.x509.oid import NameOID

# By which a trial seal is told from one of the SAT, whose numbers begin with those of its own authorities
NUMBER = "99999999999999999999"
PASSWORD = "sin validez fiscal"
VALID_FOR = timedelta(days=365)
_CLOCKS_DIFFER = timedelta(days=1)  # it is valid from before now, wherever the company's clock is


class TrialSeal(NamedTuple):
    """What the SAT would hand out: the content of the two files, and the password."""

    cer: bytes
    key: bytes
    password: str


def make(rfc, holder, now):
    """Return a new seal.

    :param str rfc: the company's
    :param str holder: its name
    :param datetime now: naive UTC
    """
    key = rsa.generate_private_key(65537, 2048)
    start = now.replace(microsecond=0) - _CLOCKS_DIFFER
    cer = certificate(key, rfc, holder, NUMBER, start, start + VALID_FOR)
    return TrialSeal(cer, encrypted(key, PASSWORD), PASSWORD)


def encrypted(key, password):
    """Return a private key as the SAT's program writes it into a .key file."""
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, BestAvailableEncryption(password.encode()))


def certificate(key, rfc, holder, number, start, end, is_fiel=False):
    """Return the content of a .cer file like those of the SAT, signed by its own key.

    :param str number: twenty digits
    :param datetime start: naive UTC, like ``end``
    """
    # of a company the RFC of its representative follows its own
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, holder),
            x509.NameAttribute(NameOID.X500_UNIQUE_IDENTIFIER, f"{rfc} / VADA800927DJ3"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "Sucursal 1"),
        ]
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(int.from_bytes(number.encode(), "big"))
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(_usage(is_fiel), critical=False)
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def _usage(is_fiel):
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        data_encipherment=is_fiel,
        key_agreement=is_fiel,
        key_encipherment=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
