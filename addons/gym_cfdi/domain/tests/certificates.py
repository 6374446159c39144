"""Certificates like those of the SAT, made on the spot: no real key is needed to test sealing."""

from datetime import datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from cryptography.x509.oid import NameOID

from ..csd import Csd

PASSWORD = "12345678a"
NUMBER = "30001000000500009876"
ISSUED = datetime(2025, 1, 1)


@cache
def private_key(which=0):
    """A key; ``which`` tells keys apart."""
    return rsa.generate_private_key(65537, 2048)


def key_file(which=0, password=PASSWORD):
    encryption = BestAvailableEncryption(password.encode())
    return private_key(which).private_bytes(Encoding.DER, PrivateFormat.PKCS8, encryption)


def cer_file(
    rfc="EKU9003173C9",
    is_fiel=False,
    years=4,
    which=0,
    holder="ESCUELA KEMPER URGATE SA DE CV",
    issued=ISSUED,
    number=NUMBER,
):
    """A .cer valid from ``issued`` for ``years``; the holder is a company, so its representative's RFC follows."""
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, holder),
            x509.NameAttribute(NameOID.X500_UNIQUE_IDENTIFIER, f"{rfc} / VADA800927DJ3"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "Sucursal 1"),
        ]
    )
    usage = x509.KeyUsage(
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
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private_key(which).public_key())
        .serial_number(int.from_bytes(number.encode(), "big"))
        .not_valid_before(issued)
        .not_valid_after(issued + timedelta(days=365 * years))
        .add_extension(usage, critical=False)
    )
    return builder.sign(private_key(which), hashes.SHA256()).public_bytes(Encoding.DER)


def csd(**options):
    """A seal that is valid for long, so that tests may run on any day, unless ``years`` says otherwise."""
    return Csd.load(cer_file(**{"years": 40, **options}), key_file(options.get("which", 0)), PASSWORD, is_known=True)
