"""What a PAC looks at before it stamps: structure, certificate, clock, and the SAT's rules."""

from datetime import timedelta
from typing import NamedTuple

from lxml import etree

from odoo.addons.gym_cfdi.domain import rules, seal, xsd
from odoo.addons.gym_cfdi.domain.cadena import cadena_of_element
from odoo.addons.gym_cfdi.domain.csd import CSD, Certificate
from odoo.addons.gym_cfdi.domain.errors import CfdiError, ReadError
from odoo.addons.gym_cfdi.domain.model import Comprobante
from odoo.addons.gym_cfdi.domain.reader import parse, read_element
from odoo.addons.gym_cfdi.domain.rules import ERROR, WARNING

# RMF 2.7.2.9-I; the PACs known to us tolerate a clock five minutes fast
STAMPING_TERM = timedelta(hours=72)
TOLERANCE = timedelta(minutes=5)


class Problem(NamedTuple):
    """Why a PAC says no: its code, and its text as in its answer."""

    code: str
    text: str


class Rejected(Exception):
    """The document, or the account, does not serve; nothing was stamped."""

    def __init__(self, *problems):
        super().__init__(" ".join(f"{problem.code}: {problem.text}" for problem in problems))
        self.problems = problems


class Judged(NamedTuple):
    """A document in which nothing was found to be wrong."""

    root: etree._Element
    comprobante: Comprobante


def judge(data, now):
    """Read a sealed document as a PAC does.

    :param bytes data: the XML
    :param datetime now: aware instant
    :return: :class:`Judged`
    :raise Rejected: with everything that is wrong, of the first step that finds something
    """
    try:
        root = parse(data)
    except ReadError as error:
        raise _rejected("301", [error]) from error
    if violations := xsd.violations(root):
        raise _rejected("705", violations)
    try:
        comprobante, cadena = read_element(root), cadena_of_element(root)
    except CfdiError as error:
        raise _rejected("705", [error]) from error
    if comprobante.timbre is not None:
        raise Rejected(Problem("707", "El CFDI ya contiene un TimbreFiscalDigital."))
    _judge_seal(comprobante, cadena)
    _judge_clock(comprobante, now)
    if broken := [failure for failure in rules.check(comprobante) if failure.severity == ERROR]:
        raise Rejected(*(Problem(failure.code, _text(failure)) for failure in broken))
    return Judged(root, comprobante)


def _rejected(code, errors):
    return Rejected(*(Problem(code, error.text("es")) for error in errors))


def _text(failure):
    observed = ", ".join(f"{name}: {value}" for name, value in failure.observed.items())
    return f"{failure.text('es')} ({observed})" if observed else failure.text("es")


def _judge_seal(comprobante, cadena):
    if not (comprobante.sello and comprobante.certificado and comprobante.no_certificado):
        raise Rejected(Problem("705", "El comprobante no está sellado."))
    verdict = seal.verify_cadena(cadena, comprobante)
    if verdict.certificate is not None:
        for problem in certificate_problems(verdict.certificate, comprobante.emisor.rfc, seal.instant_of(comprobante)):
            raise Rejected(problem)
        if verdict.certificate.number != comprobante.no_certificado:
            raise Rejected(Problem("712", "El NoCertificado no corresponde al certificado incluido."))
    broken = [failure for failure in rules.check_seal(comprobante, verdict) if failure.severity != WARNING]
    if broken:
        raise Rejected(*(Problem(failure.code, _text(failure)) for failure in broken))


def certificate_problems(certificate: Certificate, rfc, at):
    """Yield what PACs object to in a certificate; whether the SAT issued it is not asked, tests make their own.

    :param str rfc: of whom it should belong to
    :param datetime at: aware instant of the signature
    """
    if certificate.kind != CSD:
        yield Problem("306", "El certificado no es de tipo CSD.")
    if certificate.rfc != rfc:
        yield Problem("303", f"El sello no corresponde al emisor {rfc}: el certificado es de {certificate.rfc}.")
    if not certificate.not_before <= at <= certificate.not_after:
        yield Problem("305", "La fecha de emisión no está dentro de la vigencia del CSD.")


def _judge_clock(comprobante, now):
    issued = seal.instant_of(comprobante)
    if issued > now + TOLERANCE or issued < now - STAMPING_TERM:
        text = f"Fecha y hora de generación fuera de rango: {comprobante.fecha:%Y-%m-%dT%H:%M:%S}."
        raise Rejected(Problem("401", text))
