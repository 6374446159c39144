"""Rules of the taxes of a payment: of its documents (CRP20249-20261) and their sums (CRP20262-20274)."""

from datetime import date
from decimal import Decimal

from .. import catalogs
from ..limits import decimals_of, truncated
from .engine import Scope, rule
from .facts import ZERO
from .taxes import EXEMPT, tax_beyond_limits

# Until then PACs took a sum cut to the decimals of BaseP; since then it may not be below the sum of BaseDR
EXACT_SUMS_SINCE = date(2026, 9, 15)
MOST_DECIMALS = 6


def _positive_base(code, scope, kind_es, kind_en):
    def not_positive(tax, facts):
        return None if tax.base_dr > 0 else {"BaseDR": tax.base_dr}

    not_positive.__name__ = f"related_base_above_zero_{code}"
    rule(
        code,
        scope,
        "BaseDR",
        es=(f"BaseDR de {kind_es} debe ser mayor que cero.", "Quite el impuesto del documento."),
        en=(f"BaseDR of a {kind_en} must be above zero.", "Remove the tax of the document."),
    )(not_positive)


def _known_tax(code, scope, field, attribute):
    def unknown(tax, facts):
        key = getattr(tax, attribute)
        return None if key in catalogs.taxes() else {field: key}

    unknown.__name__ = f"{attribute}_in_catalogue_{code}"
    rule(
        code,
        scope,
        field,
        es=(f"{field} debe ser una clave de c_Impuesto.", "Use 001 ISR, 002 IVA o 003 IEPS."),
        en=(f"{field} must be a key of c_Impuesto.", "Use 001 ISR, 002 IVA or 003 IEPS."),
    )(unknown)


def _known_factor(code, scope):
    def unknown(tax, facts):
        return None if tax.tipo_factor_dr in catalogs.FACTORS else {"TipoFactorDR": tax.tipo_factor_dr}

    unknown.__name__ = f"related_factor_in_catalogue_{code}"
    rule(
        code,
        scope,
        "TipoFactorDR",
        es=("TipoFactorDR debe ser una clave de c_TipoFactor.", "Use Tasa, Cuota o Exento."),
        en=("TipoFactorDR must be a key of c_TipoFactor.", "Use Tasa, Cuota or Exento."),
    )(unknown)


def _known_rate(code, scope, kind):
    def unknown(tax, facts):
        rate = tax.tasa_o_cuota_dr
        if rate is None or catalogs.is_rate(kind, tax.impuesto_dr, tax.tipo_factor_dr, rate):
            return None
        return {"ImpuestoDR": tax.impuesto_dr, "TipoFactorDR": tax.tipo_factor_dr, "TasaOCuotaDR": rate}

    unknown.__name__ = f"related_{kind}_rate_in_catalogue"
    rule(
        code,
        scope,
        "TasaOCuotaDR",
        es=("TasaOCuotaDR debe ser un valor de c_TasaOCuota.", "Use la tasa de la factura que se paga."),
        en=("TasaOCuotaDR must be a value of c_TasaOCuota.", "Use the rate of the invoice that is paid."),
    )(unknown)


def _amount_within_limits(code, scope, kind):
    def beyond(tax, facts):
        if tax.tasa_o_cuota_dr is None or tax.importe_dr is None:
            return None
        limits = tax_beyond_limits(tax.base_dr, tax.tasa_o_cuota_dr, tax.importe_dr)
        if limits is None:
            return None
        return {"ImporteDR": tax.importe_dr, "límite inferior": limits[0], "límite superior": limits[1]}

    beyond.__name__ = f"related_{kind}_amount_within_limits"
    rule(
        code,
        scope,
        "ImporteDR",
        es=("ImporteDR debe estar entre los límites de BaseDR por TasaOCuotaDR.", "Calcúlelo sobre la base escrita."),
        en=("ImporteDR must lie within the limits of BaseDR times TasaOCuotaDR.", "Compute it from the base."),
    )(beyond)


_positive_base("CRP20249", Scope.RELATED_WITHHOLDING, "una retención", "withholding")
_known_tax("CRP20250", Scope.RELATED_WITHHOLDING, "ImpuestoDR", "impuesto_dr")
_known_factor("CRP20251", Scope.RELATED_WITHHOLDING)
_known_rate("CRP20253", Scope.RELATED_WITHHOLDING, "retencion")
_amount_within_limits("CRP20254", Scope.RELATED_WITHHOLDING, "retencion")
_positive_base("CRP20255", Scope.RELATED_TRANSFER, "un traslado", "transfer")
_known_tax("CRP20256", Scope.RELATED_TRANSFER, "ImpuestoDR", "impuesto_dr")
_known_factor("CRP20257", Scope.RELATED_TRANSFER)
_known_rate("CRP20260", Scope.RELATED_TRANSFER, "traslado")
_amount_within_limits("CRP20261", Scope.RELATED_TRANSFER, "traslado")
_known_tax("CRP20262", Scope.PAYMENT_WITHHOLDING, "ImpuestoP", "impuesto_p")
_known_tax("CRP20270", Scope.PAYMENT_TRANSFER, "ImpuestoP", "impuesto_p")


@rule(
    "CRP20252",
    Scope.RELATED_WITHHOLDING,
    "TipoFactorDR",
    es=("TipoFactorDR de una retención debe ser distinto de Exento.", "Quite la retención."),
    en=("TipoFactorDR of a withholding must not be Exento.", "Remove the withholding."),
)
def related_withholding_is_not_exempt(tax, facts):
    return {"TipoFactorDR": EXEMPT} if tax.tipo_factor_dr == EXEMPT else None


@rule(
    "CRP20258",
    Scope.RELATED_TRANSFER,
    "TipoFactorDR",
    es=("Un traslado exento no lleva TasaOCuotaDR ni ImporteDR.", "Quite tasa e importe."),
    en=("An exempt transfer has neither TasaOCuotaDR nor ImporteDR.", "Remove rate and amount."),
)
def related_exempt_has_no_rate(tax, facts):
    if tax.tipo_factor_dr != EXEMPT or (tax.tasa_o_cuota_dr is None and tax.importe_dr is None):
        return None
    return {"TipoFactorDR": EXEMPT, "TasaOCuotaDR": tax.tasa_o_cuota_dr, "ImporteDR": tax.importe_dr}


@rule(
    "CRP20259",
    Scope.RELATED_TRANSFER,
    "TipoFactorDR",
    es=("Un traslado por Tasa o Cuota lleva TasaOCuotaDR e ImporteDR.", "Agregue tasa e importe."),
    en=("A transfer by Tasa or Cuota has TasaOCuotaDR and ImporteDR.", "Add rate and amount."),
)
def related_transfer_has_rate(tax, facts):
    if tax.tipo_factor_dr == EXEMPT or (tax.tasa_o_cuota_dr is not None and tax.importe_dr is not None):
        return None
    return {"TipoFactorDR": tax.tipo_factor_dr, "TasaOCuotaDR": tax.tasa_o_cuota_dr, "ImporteDR": tax.importe_dr}


# --- Sums over the documents of a payment -----------------------------------------------------------------------------


def _related_taxes(payment, kind):
    """Yield (equivalence, tax) of the documents of a payment; ``kind`` is traslados_dr or retenciones_dr."""
    for related in payment.docto_relacionado:
        if related.impuestos_dr:
            equivalence = related.equivalencia_dr or Decimal(1)
            for tax in getattr(related.impuestos_dr, kind):
                yield equivalence, tax


def _sum_of_transfers(payment, total, attribute):
    """Return the sum, in the payment's currency, of an attribute over the transfers with the same key as ``total``."""
    key = (total.impuesto_p, total.tipo_factor_p, total.tasa_o_cuota_p)
    amounts = [
        (getattr(tax, attribute) or ZERO) / equivalence
        for equivalence, tax in _related_taxes(payment, "traslados_dr")
        if (tax.impuesto_dr, tax.tipo_factor_dr, tax.tasa_o_cuota_dr) == key
    ]
    return sum(amounts, ZERO)


def _differs_from_sum(stated, exact, facts):
    """Tell whether ``stated`` cannot be the sum ``exact``, in the decimals it is written with (6 at most)."""
    unit = Decimal(1).scaleb(-min(decimals_of(stated), MOST_DECIMALS))
    if facts.at >= EXACT_SUMS_SINCE and stated < truncated(exact, MOST_DECIMALS):
        return True
    return abs(stated - exact) >= unit


@rule(
    "CRP20263",
    Scope.PAYMENT,
    "RetencionP",
    es=("ImpuestosP lleva una sola RetencionP por impuesto.", "Sume las retenciones del mismo impuesto."),
    en=("ImpuestosP has a single RetencionP for each tax.", "Add up the withholdings of the same tax."),
)
def one_payment_withholding_for_each_tax(payment, facts):
    keys = [tax.impuesto_p for tax in payment.impuestos_p.retenciones_p] if payment.impuestos_p else []
    return None if len(set(keys)) == len(keys) else {"ImpuestoP": ", ".join(keys)}


@rule(
    "CRP20265",
    Scope.PAYMENT_WITHHOLDING,
    "ImporteP",
    es=("ImporteP retenido debe ser la suma de ImporteDR del impuesto.", "Vuelva a sumar los documentos."),
    en=("The withheld ImporteP must be the sum of the tax's ImporteDR.", "Add up the documents again."),
)
def payment_withholding_is_sum(tax, facts):
    amounts = [
        related.importe_dr / equivalence
        for equivalence, related in _related_taxes(facts.payment, "retenciones_dr")
        if related.impuesto_dr == tax.impuesto_p
    ]
    expected = sum(amounts, ZERO)
    if not _differs_from_sum(tax.importe_p, expected, facts):
        return None
    return {"ImpuestoP": tax.impuesto_p, "ImporteP": tax.importe_p, "esperado": expected}


@rule(
    "CRP20266",
    Scope.PAYMENT_TRANSFER,
    "TipoFactorP",
    es=("Un TrasladoP exento solo lleva BaseP, ImpuestoP y TipoFactorP.", "Quite tasa e importe."),
    en=("An exempt TrasladoP only has BaseP, ImpuestoP and TipoFactorP.", "Remove rate and amount."),
)
def payment_exempt_has_no_rate(tax, facts):
    if tax.tipo_factor_p != EXEMPT or (tax.tasa_o_cuota_p is None and tax.importe_p is None):
        return None
    return {"TipoFactorP": EXEMPT, "TasaOCuotaP": tax.tasa_o_cuota_p, "ImporteP": tax.importe_p}


def _base_observed(tax, facts):
    expected = _sum_of_transfers(facts.payment, tax, "base_dr")
    if not _differs_from_sum(tax.base_p, expected, facts):
        return None
    return {"ImpuestoP": tax.impuesto_p, "BaseP": tax.base_p, "esperado": expected}


@rule(
    "CRP20268",
    Scope.PAYMENT_TRANSFER,
    "BaseP",
    es=("BaseP debe ser la suma de BaseDR del mismo impuesto y tasa.", "Súmelas sin redondear, a seis decimales."),
    en=("BaseP must be the sum of BaseDR of the same tax and rate.", "Add them up unrounded, at six decimals."),
)
def payment_base_is_sum(tax, facts):
    return None if tax.tipo_factor_p == EXEMPT else _base_observed(tax, facts)


@rule(
    "CRP20269",
    Scope.PAYMENT_TRANSFER,
    "BaseP",
    es=("BaseP exenta debe ser la suma de las BaseDR exentas.", "Súmelas sin redondear, a seis decimales."),
    en=("The exempt BaseP must be the sum of the exempt BaseDR.", "Add them up unrounded, at six decimals."),
)
def payment_exempt_base_is_sum(tax, facts):
    return _base_observed(tax, facts) if tax.tipo_factor_p == EXEMPT else None


@rule(
    "CRP20271",
    Scope.PAYMENT,
    "TrasladoP",
    es=("ImpuestosP lleva un solo TrasladoP por impuesto, factor y tasa.", "Sume los traslados iguales."),
    en=("ImpuestosP has a single TrasladoP for each tax, factor and rate.", "Add up the equal transfers."),
)
def one_payment_transfer_for_each_rate(payment, facts):
    taxes = payment.impuestos_p.traslados_p if payment.impuestos_p else ()
    keys = [(tax.impuesto_p, tax.tipo_factor_p, tax.tasa_o_cuota_p) for tax in taxes]
    if len(set(keys)) == len(keys):
        return None
    return {"TrasladoP": "; ".join(f"{tax} {factor} {rate}" for tax, factor, rate in keys)}


@rule(
    "CRP20272",
    Scope.PAYMENT_TRANSFER,
    "TasaOCuotaP",
    es=("TasaOCuotaP debe ser un valor de c_TasaOCuota para ese impuesto y factor.", "Use la tasa de la factura."),
    en=("TasaOCuotaP must be a value of c_TasaOCuota for that tax and factor.", "Use the rate of the invoice."),
)
def payment_rate_in_catalogue(tax, facts):
    rate = tax.tasa_o_cuota_p
    if rate is None or catalogs.is_rate("traslado", tax.impuesto_p, tax.tipo_factor_p, rate):
        return None
    return {"ImpuestoP": tax.impuesto_p, "TipoFactorP": tax.tipo_factor_p, "TasaOCuotaP": rate}


@rule(
    "CRP20274",
    Scope.PAYMENT_TRANSFER,
    "ImporteP",
    es=("ImporteP trasladado debe ser la suma de ImporteDR del mismo impuesto y tasa.", "Vuelva a sumarlos."),
    en=("The transferred ImporteP must be the sum of ImporteDR of the same tax and rate.", "Add them up again."),
)
def payment_transfer_is_sum(tax, facts):
    if tax.importe_p is None:
        return None
    expected = _sum_of_transfers(facts.payment, tax, "importe_dr")
    if not _differs_from_sum(tax.importe_p, expected, facts):
        return None
    return {"ImpuestoP": tax.impuesto_p, "ImporteP": tax.importe_p, "esperado": expected}


def _summarised(code, kind, field, missing_keys):
    def missing(payment, facts):
        keys = missing_keys(payment)
        return {field: "; ".join(sorted(keys)), "ImpuestosP": "falta"} if keys else None

    missing.__name__ = f"every_{kind}_is_in_payment_taxes"
    rule(
        code,
        Scope.PAYMENT,
        field,
        es=(f"Cada {kind} de los documentos debe estar en ImpuestosP.", "Agréguelo a ImpuestosP."),
        en=(f"Each {kind} of the documents must be in ImpuestosP.", "Add it to ImpuestosP."),
    )(missing)


def _missing_withholdings(payment):
    present = {tax.impuesto_p for tax in payment.impuestos_p.retenciones_p} if payment.impuestos_p else set()
    return {tax.impuesto_dr for _equivalence, tax in _related_taxes(payment, "retenciones_dr")} - present


def _missing_transfers(payment):
    totals = payment.impuestos_p.traslados_p if payment.impuestos_p else ()
    present = {(tax.impuesto_p, tax.tipo_factor_p, tax.tasa_o_cuota_p) for tax in totals}
    found = {
        (tax.impuesto_dr, tax.tipo_factor_dr, tax.tasa_o_cuota_dr)
        for _equivalence, tax in _related_taxes(payment, "traslados_dr")
    }
    return {f"{tax} {factor} {rate}" for tax, factor, rate in found - present}


_summarised("CRP20265", "RetencionDR", "RetencionP", _missing_withholdings)
_summarised("CRP20274", "TrasladoDR", "TrasladoP", _missing_transfers)
