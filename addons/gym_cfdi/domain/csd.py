"""Certificates of the SAT and the keys that seal: the CSD (Certificado de Sello Digital).

A CSD and an e.firma (FIEL) look alike; they differ in key usage, and a PAC refuses documents sealed with an e.firma
(code 306). The certificate number that CFDI writes is the serial number, whose bytes are the ASCII of 20 digits.
"""

import base64
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_der_private_key, load_pem_private_key

from . import der
from .errors import CertificateError

_PADDING = padding.PKCS1v15()
_SHA256 = SHA256()

CSD, FIEL, OTHER = "CSD", "FIEL", "other"


@dataclass(frozen=True)
class Certificate:
    """A public certificate of the SAT. ``not_before`` and ``not_after`` are aware instants, both inclusive.

    ``rfc`` is the holder's, ``holder`` the name as the certificate has it, with its corporate suffix.
    """

    der: bytes
    number: str
    kind: str
    rfc: str
    holder: str
    branch: str
    not_before: datetime
    not_after: datetime
    public_key: rsa.RSAPublicKey

    @classmethod
    def load(cls, data):
        """Read a ``.cer`` file, DER as the SAT delivers it, or PEM.

        :param bytes data: content of the file
        :raise CertificateError: when it is not a certificate with an RSA key
        """
        try:
            pem = data.lstrip().startswith(b"-----")
            certificate = x509.load_pem_x509_certificate(data) if pem else x509.load_der_x509_certificate(data)
            public_key = certificate.public_key()
            if not isinstance(public_key, rsa.RSAPublicKey):
                raise ValueError("not an RSA key")
            subject = der.names_of_subject(certificate.tbs_certificate_bytes)
            return cls(
                der=certificate.public_bytes(Encoding.DER),
                number=_number(certificate.serial_number),
                kind=_kind(certificate),
                rfc=subject.get("x500UniqueIdentifier", "").partition("/")[0].strip(),
                holder=subject.get("commonName", ""),
                branch=subject.get("organizationalUnitName", ""),
                not_before=certificate.not_valid_before_utc,
                not_after=certificate.not_valid_after_utc,
                public_key=public_key,
            )
        except (ValueError, x509.ExtensionNotFound) as error:
            raise CertificateError(
                es=("El archivo no es un certificado del SAT.", "Elija el archivo .cer del sello digital (CSD)."),
                en=("The file is not a certificate of the SAT.", "Choose the .cer file of the seal (CSD)."),
            ) from error

    @classmethod
    @lru_cache(maxsize=256)
    def from_base64(cls, text):
        """Read what a CFDI carries as ``Certificado``; remembered, since an issuer's documents carry the same one."""
        try:
            data = base64.b64decode("".join(text.split()), validate=True)
        except ValueError:
            data = b""
        return cls.load(data)

    @cached_property
    def base64(self):
        """The value of the attribute ``Certificado``."""
        return base64.b64encode(self.der).decode()

    @cached_property
    def issuer_name(self):
        """The authority's name (RFC 4514), as a cancellation request names it."""
        return x509.load_der_x509_certificate(self.der).issuer.rfc4514_string()

    def verifies(self, signature, text, algorithm=_SHA256):
        """Whether ``signature`` (base64) is the RSA signature of ``text`` with this certificate's key."""
        try:
            raw = base64.b64decode("".join(signature.split()), validate=True)
            self.public_key.verify(raw, text.encode(), _PADDING, algorithm)
        except (ValueError, InvalidSignature):
            return False
        return True

    def problems(self, rfc, at):
        """Tell why the SAT would refuse a document of ``rfc`` sealed with this certificate at the instant ``at``.

        :param str rfc: the issuer's
        :param datetime at: aware instant
        :return: list of :class:`~.errors.CertificateError`, empty when it serves
        """
        if self.kind == CSD and self.rfc == rfc and self.not_before <= at <= self.not_after:
            return []
        return [*self._problems_of_kind(), *self._problems_of_holder(rfc), *self._problems_of_validity(at)]

    def _problems_of_kind(self):
        if self.kind == CSD:
            return
        what_es, what_en = ("una e.firma (FIEL)", "an e.firma (FIEL)") if self.kind == FIEL else ("otro", "another one")
        yield CertificateError(
            es=(f"El certificado {self.number} no es de sello digital: es {what_es}.", "Selle con el CSD del emisor."),
            en=(f"The certificate {self.number} is not a CSD: it is {what_en}.", "Seal with the issuer's CSD."),
        )

    def _problems_of_holder(self, rfc):
        if self.rfc == rfc:
            return
        yield CertificateError(
            es=(
                f"El certificado {self.number} es de {self.rfc} y el emisor es {rfc}.",
                "Use el CSD del emisor o corrija el RFC.",
            ),
            en=(
                f"The certificate {self.number} belongs to {self.rfc} and the issuer is {rfc}.",
                "Use the issuer's CSD or correct the RFC.",
            ),
        )

    def _problems_of_validity(self, at):
        if self.not_before <= at <= self.not_after:
            return
        yield CertificateError(
            es=(
                f"El certificado {self.number} vale del {self.not_before:%d/%m/%Y} al {self.not_after:%d/%m/%Y}.",
                "Tramite un CSD en el portal del SAT (Certifica) y cárguelo.",
            ),
            en=(
                f"The certificate {self.number} is valid from {self.not_before:%Y-%m-%d} to {self.not_after:%Y-%m-%d}.",
                "Request a CSD in the SAT's portal (Certifica) and upload it.",
            ),
        )


def _number(serial):
    digits = serial.to_bytes((serial.bit_length() + 7) // 8, "big")
    return digits.decode("ascii") if digits.isdigit() else str(serial)


def _kind(certificate):
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    if usage.data_encipherment or usage.key_agreement:
        return FIEL
    return CSD if usage.digital_signature and usage.content_commitment else OTHER


class Csd:
    """A certificate with its private key: what seals. Loading is expensive, so keep it for the life of a worker."""

    def __init__(self, certificate, key):
        self.certificate = certificate
        self._key = key

    def __repr__(self):
        return f"<Csd {self.certificate.number} {self.certificate.rfc}>"

    @classmethod
    def load(cls, cer, key, password, is_known=False):
        """Read the three things that the SAT hands out, and make sure that they belong together.

        :param bytes cer: content of the .cer file
        :param bytes key: content of the .key file (encrypted PKCS#8, DER or PEM)
        :param str password: of the key
        :param bool is_known: the key was loaded before, so that its arithmetic need not be proven again (some 50 ms)
        :raise CertificateError: with what to do about it
        """
        certificate = Certificate.load(cer)
        private_key = _load_key(key, password, is_known)
        if private_key.public_key().public_numbers() != certificate.public_key.public_numbers():
            raise CertificateError(
                es=("La llave no corresponde al certificado.", "Elija el .cer y el .key que se generaron juntos."),
                en=("The key does not belong to the certificate.", "Choose the .cer and .key that were made together."),
            )
        return cls(certificate, private_key)

    def sign(self, text, algorithm=_SHA256):
        """Return the RSA signature of ``text`` in base64; by SHA-256 it is the value of ``Sello``."""
        return base64.b64encode(self._key.sign(text.encode(), _PADDING, algorithm)).decode()


def _load_key(data, password, is_known):
    load = load_pem_private_key if data.lstrip().startswith(b"-----") else load_der_private_key
    # Passwords with ñ or accents were typed in programs that did not all write UTF-8
    for secret in dict.fromkeys((password.encode(), password.encode("latin-1", "replace"))):
        try:
            key = load(data, secret, unsafe_skip_rsa_key_validation=is_known)
        except (ValueError, TypeError) as error:
            failure = error
        else:
            if isinstance(key, rsa.RSAPrivateKey):
                return key
            failure = None  # it opened, and is a key of another kind
    if failure and _is_locked(load, data):
        raise CertificateError(
            es=("La contraseña no abre la llave.", "Escriba la contraseña de la llave privada del CSD."),
            en=("The password does not open the key.", "Type the password of the CSD's private key."),
        ) from failure
    raise CertificateError(
        es=("El archivo no es una llave privada.", "Elija el archivo .key del sello digital (CSD)."),
        en=("The file is not a private key.", "Choose the .key file of the seal (CSD)."),
    ) from failure


def _is_locked(load, data):
    """Return whether ``data`` is a private key that needs a password.

    What a wrong password makes of it cannot tell: one in 256 leaves an end that looks right, and then no key inside.
    """
    try:
        load(data, None)
    except (TypeError, ValueError) as error:
        return isinstance(error, TypeError)
    return False
