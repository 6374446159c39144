"""The issuer's seal: RSA PKCS#1 v1.5 with SHA-256 over the cadena original in UTF-8."""

from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from . import catalogs
from .builder import build_to_seal
from .cadena import cadena_of_element
from .csd import Certificate
from .errors import CertificateError, CfdiError, SealError

# Stands in the XML for the seal, which can only be made once the rest is written
_PLACE = "SELLO"
_MARK = f' Sello="{_PLACE}"'


class Sealed(NamedTuple):
    """A sealed document: the bytes to keep and send, what was signed, and the seal."""

    xml: bytes
    cadena: str
    sello: str


class Verdict(NamedTuple):
    """The result of a seal: ``is_valid`` is ``None`` when there is none, ``problems`` explain what is wrong."""

    is_valid: bool | None
    certificate: Certificate | None
    problems: list[CfdiError]


def seal(comprobante, csd):
    """Write and seal a document. It carries the certificate of ``csd``, whatever it carried before.

    :param comprobante: :class:`~.model.Comprobante` of type I, E or P
    :param csd: :class:`~.csd.Csd`
    :return: :class:`Sealed`
    :raise CertificateError: when the certificate is no CSD, not the issuer's, or not valid at Fecha
    :raise BuildError: see :func:`~.builder.build`
    """
    for problem in csd.certificate.problems(comprobante.emisor.rfc, instant_of(comprobante)):
        raise problem
    return sign(comprobante, csd)


def sign(comprobante, csd):
    """Like :func:`seal`, without judging whether the SAT would take the certificate."""
    certificate = csd.certificate
    xml, cadena = build_to_seal(comprobante, _PLACE, certificate.number, certificate.base64)
    sello = csd.sign(cadena)
    return Sealed(xml.replace(_MARK, f' Sello="{sello}"', 1).encode(), cadena, sello)


def instant_of(comprobante):
    """Return ``fecha`` as an aware instant, by the clock of LugarExpedicion (RMF 2.7.2.9-I).

    A postal code that the catalogue does not know is taken to be in central Mexico.
    """
    return comprobante.fecha.replace(tzinfo=_zone(comprobante.lugar_expedicion))


@cache
def _zone(postal_code):
    return ZoneInfo(catalogs.time_zone(postal_code) or "America/Mexico_City")


def verify(root, comprobante):
    """Verify the seal of a document.

    :param root: its parsed XML, from :func:`~.reader.parse`
    :param comprobante: what :func:`~.reader.read_element` made of it
    :return: :class:`Verdict`
    :raise UnsupportedComplement: when the cadena original cannot be known
    """
    return verify_cadena(cadena_of_element(root), comprobante)


def verify_cadena(cadena, comprobante):
    """Like :func:`verify`, for a cadena already made."""
    if not comprobante.sello:
        return Verdict(None, None, [])
    try:
        certificate = Certificate.from_base64(comprobante.certificado or "")
    except CertificateError as error:
        return Verdict(False, None, [error])
    problems = certificate.problems(comprobante.emisor.rfc, instant_of(comprobante))
    if certificate.number != comprobante.no_certificado:
        problems.append(_other_number(certificate, comprobante))
    is_valid = certificate.verifies(comprobante.sello, cadena)
    if not is_valid:
        problems.insert(0, _not_verified())
    return Verdict(is_valid, certificate, problems)


def _other_number(certificate, comprobante):
    return CertificateError(
        es=(
            f"NoCertificado es {comprobante.no_certificado} y el certificado incluido es {certificate.number}.",
            "Selle de nuevo con el CSD que se declara.",
        ),
        en=(
            f"NoCertificado is {comprobante.no_certificado} and the certificate inside is {certificate.number}.",
            "Seal again with the CSD that is declared.",
        ),
    )


def _not_verified():
    return SealError(
        es=(
            "El sello no corresponde al contenido del documento.",
            "El documento cambió después de sellarse o lo selló otra llave: pida el XML original o selle de nuevo.",
        ),
        en=(
            "The seal does not belong to the content of the document.",
            "It was changed after sealing or sealed with another key: ask for the original XML or seal again.",
        ),
    )
