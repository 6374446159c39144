"""Certificates like those of the SAT, made on the spot: no real key is needed to test sealing."""

from datetime import datetime, timedelta
from functools import cache

from cryptography.hazmat.primitives.asymmetric import rsa

from .. import trial_seal
from ..csd import Csd

PASSWORD = "12345678a"
NUMBER = "30001000000500009876"
ISSUED = datetime(2025, 1, 1)


@cache
def private_key(which=0):
    """A key; ``which`` tells keys apart."""
    return rsa.generate_private_key(65537, 2048)


def key_file(which=0, password=PASSWORD):
    return trial_seal.encrypted(private_key(which), password)


def cer_file(
    rfc="EKU9003173C9",
    is_fiel=False,
    years=4,
    which=0,
    holder="ESCUELA KEMPER URGATE SA DE CV",
    issued=ISSUED,
    number=NUMBER,
):
    """A .cer valid from ``issued`` for ``years``."""
    end = issued + timedelta(days=365 * years)
    return trial_seal.certificate(private_key(which), rfc, holder, number, issued, end, is_fiel)


def csd(**options):
    """A seal that is valid for long, so that tests may run on any day, unless ``years`` says otherwise."""
    return Csd.load(cer_file(**{"years": 40, **options}), key_file(options.get("which", 0)), PASSWORD, is_known=True)
