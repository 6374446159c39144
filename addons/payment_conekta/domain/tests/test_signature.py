import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from payment_conekta.domain.signature import is_signed, split_keys

from .examples import PUBLIC_KEY

BODY = '{"type":"order.paid","data":{"object":{"name":"Peña"}}}'.encode()
OLD, NEW = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _time in range(2))


def pem(key):
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def sign(key, body=BODY):
    return base64.b64encode(key.sign(body, padding.PKCS1v15(), SHA256())).decode()


def test_while_keys_are_changed_both_are_good():
    keys = split_keys(pem(OLD) + "\n\n" + pem(NEW))
    assert is_signed(BODY, sign(OLD), keys)
    assert is_signed(BODY, sign(NEW), keys)
    assert not is_signed(BODY, sign(OLD), split_keys(pem(NEW)))


@settings(max_examples=60)
@given(st.integers(0, len(BODY) - 1), st.integers(1, 255))
def test_one_changed_byte_is_found(place, change):
    forged = bytearray(BODY)
    forged[place] ^= change
    assert not is_signed(bytes(forged), sign(OLD), [pem(OLD)])


@given(st.text())
def test_whatever_the_header_says_it_is_no_signature(header):
    assert not is_signed(BODY, header, [pem(OLD)])


def test_without_a_key_or_a_signature_nothing_is_signed():
    assert not is_signed(BODY, sign(OLD), [])
    assert not is_signed(BODY, None, [pem(OLD)])
    assert not is_signed(BODY, "", [pem(OLD)])


def test_the_published_key_is_one():
    assert len(split_keys(PUBLIC_KEY)) == 1
    assert split_keys("") == split_keys(None) == []


@pytest.mark.parametrize(
    "text",
    [
        "no key",
        PUBLIC_KEY + "more",
        PUBLIC_KEY.replace("MIIB", "MIIC"),
        pem(rsa.generate_private_key(public_exponent=65537, key_size=1024)),
        pem(ec.generate_private_key(ec.SECP256R1())),
    ],
)
def test_what_is_no_strong_rsa_key_is_refused(text):
    with pytest.raises(ValueError, match="key"):
        split_keys(text)
