"""Everything this product can tell about one XML file, as plain values."""

import hashlib
from pathlib import Path

from . import addenda, prefixes, rules, seal, tfd, xsd
from .cadena import cadena_of_element
from .errors import CfdiError, ReadError
from .reader import parse_with_doubts, read_element
from .rules import INFO, WARNING
from .schema_names import qualified

_TIMBRE = f"{qualified('cfdi:Complemento')}/{qualified('tfd:TimbreFiscalDigital')}"


def report_file(path, at=None, certificates=None, language="es"):
    """Like :func:`report` for a file; one that cannot be read is reported, never raised."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        failure = ReadError(
            es=(f"No se puede leer el archivo: {reason}.", "Revise el nombre y los permisos."),
            en=(f"The file cannot be read: {reason}.", "Check its name and permissions."),
        )
        return {"file": str(path)} | _empty() | _failures([failure], language)
    return {"file": str(path)} | report(data, at, certificates, language)


def report(data, at=None, certificates=None, language="es"):
    """Judge a document.

    :param bytes data: the XML
    :param date at: the day on which catalogues and years are judged; that of Fecha by default
    :param certificates: {number: certificate} of known signers of stamps, see :func:`.tfd.verify`
    :param str language: of texts and remedies, "es" or "en"
    :return: dictionary ready for JSON. ``seal_valid`` and ``tfd_valid`` are ``None`` when there is nothing to verify or
        nobody to verify it with. ``failures`` is everything that the SAT would object to, and, with severity "warning",
        what it may object to; ``clean`` tells that there is nothing but warnings. ``notes`` is what nobody refuses and
        an accountant wants to know
    """
    found = _empty()
    try:
        root, problems = parse_with_doubts(data)
    except ReadError as error:
        return found | _failures([error], language)
    found |= _identity(root)
    problems += prefixes.doubts(root) + xsd.violations(root) + addenda.notes(root)
    problems += _judge(root, found, at, certificates)
    return found | _failures(problems, language)


def _failures(problems, language):
    failures = [problem.as_dict(language) for problem in problems if problem.severity != INFO]
    notes = [problem.as_dict(language) for problem in problems if problem.severity == INFO]
    return {"clean": all(item["severity"] == WARNING for item in failures), "failures": failures, "notes": notes}


def _empty():
    return {
        "type": None,
        "uuid": None,
        "cadena": None,
        "cadena_sha256": None,
        "seal_valid": None,
        "tfd_valid": None,
        "tfd_test": None,
        "totals": None,
    }


def _identity(root):
    timbre = root.find(_TIMBRE)
    return {"type": root.get("TipoDeComprobante"), "uuid": None if timbre is None else timbre.get("UUID")}


def _judge(root, found, at, certificates):
    """Fill ``found`` with what can be told and return the problems of cadena, content, seal, stamp and rules."""
    problems = []
    try:
        cadena = cadena_of_element(root)
        found |= {"cadena": cadena, "cadena_sha256": hashlib.sha256(cadena.encode()).hexdigest()}
    except CfdiError as error:
        cadena = None
        problems.append(error)
    try:
        comprobante = read_element(root)
    except CfdiError as error:
        return [*problems, error]
    found["totals"] = _totals(comprobante)
    if cadena is not None:
        sealed = seal.verify_cadena(cadena, comprobante)
        found["seal_valid"] = sealed.is_valid
        problems += rules.check_seal(comprobante, sealed, at=at)
    if comprobante.timbre is not None:
        stamp = tfd.verify(comprobante, certificates)
        found |= {"tfd_valid": stamp.is_signed, "tfd_test": stamp.is_test}
        problems += stamp.problems
    return problems + rules.check(comprobante, at=at) + rules.note(comprobante, at=at)


def _totals(comprobante):
    taxes = comprobante.impuestos
    amounts = {
        "sub_total": comprobante.sub_total,
        "descuento": comprobante.descuento,
        "impuestos_trasladados": taxes and taxes.total_impuestos_trasladados,
        "impuestos_retenidos": taxes and taxes.total_impuestos_retenidos,
        "total": comprobante.total,
        "monto_total_pagos": comprobante.pagos and comprobante.pagos.totales.monto_total_pagos,
    }
    written = {name: f"{amount:f}" for name, amount in amounts.items() if amount is not None}
    return {"moneda": comprobante.moneda} | written
