"""The stamp: TimbreFiscalDigital 1.1, with which a PAC makes a sealed document a CFDI."""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from .builder import cadena_of_timbre
from .cadena import cadena_of_element
from .csd import Certificate
from .errors import CfdiError, StampError
from .reader import parse, read_element

TEST_CERTIFICATES = Path(__file__).parent / "data" / "certificates"

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

# Base64 of an RSA signature of 1024 bits or more: what is shorter nobody signed
_SIGNATURE = re.compile(r"[A-Za-z0-9+/\s]{170,}={0,2}\s*")


class Verdict(NamedTuple):
    """The result of a stamp.

    ``is_signed`` tells whether the SAT's seal on it holds: ``None`` when there is no stamp, or its signer is not known.
    ``is_test`` tells a stamp of a test environment, worth nothing before the SAT. ``problems`` say what is wrong,
    also when the stamp is genuine but of another document.
    """

    is_signed: bool | None
    is_test: bool
    problems: list[CfdiError]


def load_certificates(folder):
    """Read the ``.cer`` files of a folder.

    :return: {certificate number: :class:`~.csd.Certificate`}
    """
    certificates = (Certificate.load(path.read_bytes()) for path in sorted(Path(folder).glob("*.cer")))
    return {certificate.number: certificate for certificate in certificates}


@cache
def test_certificates():
    """Return the certificates with which the SAT's and the PACs' test environments sign stamps."""
    return load_certificates(TEST_CERTIFICATES)


def verify(comprobante, certificates=None):
    """Verify the stamp of a document: that it is of this document, and that the SAT's seal on it holds.

    :param comprobante: :class:`~.model.Comprobante`
    :param certificates: {number: :class:`~.csd.Certificate`} of known signers, besides those of test environments
    :return: :class:`Verdict`
    """
    timbre = comprobante.timbre
    if timbre is None:
        return Verdict(None, False, [])
    problems = list(_problems(timbre, comprobante.sello))
    tests = test_certificates()
    signer = (certificates or {}).get(timbre.no_certificado_sat) or tests.get(timbre.no_certificado_sat)
    if signer is not None:
        is_signed = signer.verifies(timbre.sello_sat, cadena_of_timbre(timbre))
    else:
        is_signed = None if _SIGNATURE.fullmatch(timbre.sello_sat) else False
    if is_signed is False:
        problems.append(_not_verified())
    return Verdict(is_signed, timbre.no_certificado_sat in tests, problems)


def accept(sealed, stamped, certificates=None):
    """Check what a PAC answered against what was sent to it, before believing it.

    :param bytes sealed: the XML sent
    :param bytes stamped: the XML received
    :return: the :class:`~.model.Comprobante` received, with its ``timbre``
    :raise ReadError: when the answer is not a CFDI
    :raise StampError: when it has no stamp, the stamp is of another document, or the content was changed
    """
    root = parse(stamped)
    comprobante = read_element(root)
    ours = parse(sealed)
    if comprobante.timbre is None:
        raise StampError(
            es=("El PAC respondió sin timbre.", "Pregunte al mismo PAC por el timbre antes de intentar con otro."),
            en=("The PAC answered without a stamp.", "Ask the same PAC for the stamp before trying another one."),
        )
    if cadena_of_element(root) != cadena_of_element(ours) or comprobante.sello != ours.get("Sello"):
        raise StampError(
            es=("El PAC devolvió otro documento.", "No lo use; pregunte al mismo PAC por el timbre del enviado."),
            en=("The PAC returned another document.", "Do not use it; ask the same PAC for the stamp of ours."),
        )
    for problem in verify(comprobante, certificates).problems:
        raise problem
    return comprobante


def _problems(timbre, sello):
    if not _UUID.fullmatch(timbre.uuid):
        yield StampError(
            es=(f"El UUID {timbre.uuid} no tiene la forma de un folio fiscal.", "Pida el XML original al emisor."),
            en=(f"The UUID {timbre.uuid} does not have the shape of a folio fiscal.", "Ask for the original XML."),
        )
    if timbre.sello_cfd != sello:
        yield StampError(
            es=("El timbre es de otro documento: su SelloCFD no es el Sello.", "Pida el XML original al emisor."),
            en=("The stamp is of another document: its SelloCFD is not the Sello.", "Ask for the original XML."),
        )


def _not_verified():
    return StampError(
        es=("El sello del SAT no corresponde al timbre.", "El timbre fue alterado: pida el XML original al emisor."),
        en=("The SAT's seal does not belong to the stamp.", "The stamp was altered: ask for the original XML."),
    )
