"""Rules of the seal and its certificate: CFDI40102, 40106, 40139, judged from what :mod:`..seal` found.

Whether the SAT has revoked the certificate, only the SAT's list tells.
"""

from ..names import fiscal_name
from .engine import WARNING, Scope, rule

# CfdiError.code of what is wrong with a certificate
CERTIFICATE_PROBLEM = "CSD"


@rule(
    "CFDI40102",
    Scope.SEAL,
    "Sello",
    es=(
        "El sello debe ser la firma de la cadena original con el certificado incluido.",
        "Selle de nuevo: el documento cambió después de sellarse, o lo selló otra llave.",
    ),
    en=(
        "The seal must be the signature of the cadena original with the certificate inside.",
        "Seal again: the document changed after sealing, or another key sealed it.",
    ),
)
def seal_verifies(verdict, facts):
    if verdict.is_valid is not False or verdict.certificate is None:
        return None
    return {"Sello": facts.document.sello, "NoCertificado": facts.document.no_certificado}


@rule(
    "CFDI40106",
    Scope.SEAL,
    "Certificado",
    es=(
        "El certificado debe ser un CSD del emisor, vigente en Fecha y el que NoCertificado declara.",
        "Selle con el CSD vigente del emisor.",
    ),
    en=(
        "The certificate must be a CSD of the issuer, valid at Fecha and the one that NoCertificado declares.",
        "Seal with the issuer's valid CSD.",
    ),
)
def certificate_serves(verdict, facts):
    wrong = [problem.text("es") for problem in verdict.problems if problem.code == CERTIFICATE_PROBLEM]
    return {"NoCertificado": facts.document.no_certificado, "Certificado": " ".join(wrong)} if wrong else None


@rule(
    "CFDI40139",
    Scope.SEAL,
    "Nombre (Emisor)",
    severity=WARNING,
    es=(
        "El nombre del emisor debe ser el de su RFC; el certificado trae otro.",
        "Copie el nombre de la Constancia, salvo que haya cambiado después de tramitar el CSD.",
    ),
    en=(
        "The issuer's name must be that of its RFC; the certificate has another.",
        "Copy the name of the Constancia, unless it changed after the CSD was requested.",
    ),
)
def issuer_has_name_of_certificate(verdict, facts):
    issuer, certificate = facts.document.emisor, verdict.certificate
    if certificate is None or certificate.rfc != issuer.rfc or not certificate.holder:
        return None
    holder = fiscal_name(certificate.holder, issuer.rfc)
    return None if holder == fiscal_name(issuer.nombre, issuer.rfc) else {"Nombre": issuer.nombre, "titular": holder}
