"""The SAT's rules for CFDI 4.0 and Pagos 2.0 that can be judged without the SAT.

>>> failures = check(comprobante)                     # doctest: +SKIP
>>> [failure.code for failure in failures]            # doctest: +SKIP
['CFDI40108']

What needs a register that only the SAT or a PAC has is not judged here:

======================================= ==============================================================================
code                                    needs
======================================= ==============================================================================
40143-40145, 40147, 40148, 40159        the list of RFCs (l_RFC): only check digit, form and initials of the name, the
                                        existence of the postal code and regime 616 are seen, the first ones as warnings
40138, 40139, 40189, 40190, 40192,      the list of RFCs for issuer and third parties
40193, CRP20222
40187                                   the list of obligated taxpayers (l_LCO)
40106                                   the list of revoked certificates; validity, kind and holder are judged by
                                        :mod:`.certificate` from what the seal module finds
40128, 40129                            the PAC's confirmation numbers: any is refused until the document is stamped,
                                        because this product never asks for one
40142                                   the SAT's operation numbers: a warning
40163, 40164                            columns of c_ClaveProdServ that no open source publishes
40194, 40199                            the customs catalogues: only shape and year are seen
40101, 40150, 40213                     nothing: the schema asks the same
CRP20275, 20277                         what the SAT withdrew or never published a formula for
======================================= ==============================================================================
"""

from . import (
    certificate,
    concepts,
    document,
    globals_,
    notes,
    parties,
    payment_documents,
    payment_taxes,
    payment_totals,
    payments,
    summary,
    taxes,
)
from .engine import ERROR, INFO, WARNING, Failure, Rule, Scope, collect, rules
from .facts import Day, Facts


def check(comprobante, at=None):
    """Return everything that the SAT would refuse, or warn about, in order of code.

    :param Comprobante comprobante: sealed or not, stamped or not
    :param date at: the day on which catalogues and years are judged; that of Fecha by default
    :return: list of :class:`~.engine.Failure`, empty when the document is clean
    """
    facts = Facts(comprobante, at)
    return collect(_nodes(comprobante, facts), facts)


def note(comprobante, at=None):
    """Return what no PAC refuses and an accountant wants to know, in order of code; parameters as in :func:`check`.

    :return: list of :class:`~.engine.Failure` of severity "info"; they never hold a document back
    """
    facts = Facts(comprobante, at)
    return collect(_nodes(comprobante, facts), facts, notes=True)


def check_seal(comprobante, verdict, at=None):
    """Return what the SAT would refuse of the seal and its certificate.

    :param Verdict verdict: what :func:`~..seal.verify` found
    """
    return collect([(Scope.SEAL, verdict, "Comprobante")], Facts(comprobante, at))


def check_receptor(receptor, at):
    """Return what the SAT would refuse, or warn about, of a customer's data, before there is any document.

    For going over all customers before the month is billed.

    :param Receptor receptor: as it would be in an invoice
    :param date at: the day on which catalogues are judged
    """
    return collect([(Scope.RECEPTOR, receptor, "Receptor")], Day(at, "I"))


def _nodes(comprobante, facts):
    yield Scope.DOCUMENT, comprobante, "Comprobante"
    yield Scope.RECEPTOR, comprobante.receptor, "Receptor"
    for number, relation in enumerate(comprobante.cfdi_relacionados, 1):
        yield Scope.RELATION, relation, f"CfdiRelacionados[{number}]"
    for number, concept in enumerate(comprobante.conceptos, 1):
        yield from _concept_nodes(concept, number)
    if comprobante.impuestos:
        for number, tax in enumerate(comprobante.impuestos.traslados, 1):
            yield Scope.TRANSFER, tax, f"Impuestos/Traslado[{number}]"
        for number, tax in enumerate(comprobante.impuestos.retenciones, 1):
            yield Scope.WITHHOLDING, tax, f"Impuestos/Retencion[{number}]"
    complement = comprobante.pagos
    if complement is not None:
        yield Scope.PAYMENTS, complement, "Pagos"
        for number, concept in enumerate(comprobante.conceptos, 1):
            yield Scope.PAYMENT_CONCEPT, concept, f"Concepto[{number}]"
        for number, payment in enumerate(complement.pagos, 1):
            facts.payment = payment
            yield from _payment_nodes(payment, number)


def _concept_nodes(concept, number):
    path = f"Concepto[{number}]"
    yield Scope.CONCEPT, concept, path
    if concept.impuestos:
        for position, tax in enumerate(concept.impuestos.traslados, 1):
            yield Scope.CONCEPT_TRANSFER, tax, f"{path}/Traslado[{position}]"
        for position, tax in enumerate(concept.impuestos.retenciones, 1):
            yield Scope.CONCEPT_WITHHOLDING, tax, f"{path}/Retencion[{position}]"
    for position, part in enumerate(concept.partes, 1):
        yield Scope.PART, part, f"{path}/Parte[{position}]"


def _payment_nodes(payment, number):
    path = f"Pago[{number}]"
    yield Scope.PAYMENT, payment, path
    for position, related in enumerate(payment.docto_relacionado, 1):
        yield Scope.RELATED, related, f"{path}/DoctoRelacionado[{position}]"
        if related.impuestos_dr:
            for index, tax in enumerate(related.impuestos_dr.traslados_dr, 1):
                yield Scope.RELATED_TRANSFER, tax, f"{path}/DoctoRelacionado[{position}]/TrasladoDR[{index}]"
            for index, tax in enumerate(related.impuestos_dr.retenciones_dr, 1):
                yield Scope.RELATED_WITHHOLDING, tax, f"{path}/DoctoRelacionado[{position}]/RetencionDR[{index}]"
    if payment.impuestos_p:
        for index, tax in enumerate(payment.impuestos_p.traslados_p, 1):
            yield Scope.PAYMENT_TRANSFER, tax, f"{path}/TrasladoP[{index}]"
        for index, tax in enumerate(payment.impuestos_p.retenciones_p, 1):
            yield Scope.PAYMENT_WITHHOLDING, tax, f"{path}/RetencionP[{index}]"


__all__ = ["ERROR", "INFO", "WARNING", "Failure", "Rule", "check", "check_receptor", "check_seal", "note", "rules"]
