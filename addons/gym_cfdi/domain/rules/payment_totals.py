"""Rules of the totals of the payment complement, in pesos: CRP20201-20211, 20264, 20267 and 20273."""

from decimal import Decimal

from .. import catalogs
from ..limits import decimals_of, rounded
from ..model import PagosTotales
from .engine import Scope, rule
from .facts import ZERO, field_names
from .taxes import EXEMPT

PESO_DECIMALS = 2
_WITHHELD = (
    ("CRP20201", "TotalRetencionesIVA", catalogs.TAX_IVA),
    ("CRP20202", "TotalRetencionesISR", catalogs.TAX_ISR),
    ("CRP20203", "TotalRetencionesIEPS", catalogs.TAX_IEPS),
)
_TRANSFERRED = (
    ("CRP20204", "TotalTrasladosBaseIVA16", "base_p", "Tasa", Decimal("0.16")),
    ("CRP20205", "TotalTrasladosImpuestoIVA16", "importe_p", "Tasa", Decimal("0.16")),
    ("CRP20206", "TotalTrasladosBaseIVA8", "base_p", "Tasa", Decimal("0.08")),
    ("CRP20207", "TotalTrasladosImpuestoIVA8", "importe_p", "Tasa", Decimal("0.08")),
    ("CRP20208", "TotalTrasladosBaseIVA0", "base_p", "Tasa", ZERO),
    ("CRP20209", "TotalTrasladosImpuestoIVA0", "importe_p", "Tasa", ZERO),
    ("CRP20210", "TotalTrasladosBaseIVAExento", "base_p", EXEMPT, None),
)


_FIELDS = field_names(PagosTotales)


def _withheld(complement, tax_key):
    """Sum of a withheld tax over the payments, in pesos, unrounded."""
    amounts = [
        tax.importe_p * (payment.tipo_cambio_p or 1)
        for payment in complement.pagos
        if payment.impuestos_p
        for tax in payment.impuestos_p.retenciones_p
        if tax.impuesto_p == tax_key
    ]
    return sum(amounts, ZERO)


def _transferred(complement, attribute, factor, rate):
    """Sum of bases or amounts of transferred IVA at a rate over the payments, in pesos, unrounded."""
    amounts = [
        (getattr(tax, attribute) or ZERO) * (payment.tipo_cambio_p or 1)
        for payment in complement.pagos
        if payment.impuestos_p
        for tax in payment.impuestos_p.traslados_p
        if (tax.impuesto_p, tax.tipo_factor_p, tax.tasa_o_cuota_p) == (catalogs.TAX_IVA, factor, rate)
    ]
    return sum(amounts, ZERO)


def _is_sum(code, field, sum_of, of_what_es, of_what_en):
    """Register that the total ``field`` is the sum over the payments, rounded as written, and present if not zero."""
    attribute = _FIELDS[field]

    def differs(complement, facts):
        stated = getattr(complement.totales, attribute)
        exact = sum_of(complement)
        expected = rounded(exact, PESO_DECIMALS)
        if stated is None:
            agrees = not expected
        else:
            agrees = stated == rounded(exact, min(decimals_of(stated), PESO_DECIMALS))
        if agrees:
            return None
        return {field: stated, "esperado": expected}

    differs.__name__ = f"{attribute}_is_sum"
    rule(
        code,
        Scope.PAYMENTS,
        field,
        es=(f"{field} debe ser el redondeo de la suma de {of_what_es} por TipoCambioP.", "Vuelva a calcular el total."),
        en=(f"{field} must be the rounded sum of {of_what_en} times TipoCambioP.", "Compute the total again."),
    )(differs)


for _code, _field, _tax in _WITHHELD:
    _is_sum(
        _code,
        _field,
        lambda complement, tax=_tax: _withheld(complement, tax),
        "ImporteP retenido del impuesto",
        "the tax's withheld ImporteP",
    )
for _code, _field, _name, _factor, _rate in _TRANSFERRED:
    _is_sum(
        _code,
        _field,
        lambda complement, key=(_name, _factor, _rate): _transferred(complement, *key),
        "lo trasladado a esa tasa",
        "what is transferred at that rate",
    )
_is_sum(
    "CRP20211",
    "MontoTotalPagos",
    lambda complement: sum([payment.monto * (payment.tipo_cambio_p or 1) for payment in complement.pagos], ZERO),
    "los Monto",
    "the Monto",
)


def _needs_a_total(code, field, fields, has_any):
    def missing(complement, facts):
        stated = any(getattr(complement.totales, _FIELDS[name]) is not None for name in fields)
        if stated or not any(has_any(payment) for payment in complement.pagos):
            return None
        return {field: "existe", "Totales": "falta " + " o ".join(fields)}

    missing.__name__ = f"{field}_needs_a_total_{code}"
    rule(
        code,
        Scope.PAYMENTS,
        field,
        es=(f"Con {field} debe existir al menos uno de {', '.join(fields)}.", "Agregue el total que corresponda."),
        en=(f"With {field}, at least one of {', '.join(fields)} is required.", "Add the total that applies."),
    )(missing)


def _iva_transfers(payment):
    taxes = payment.impuestos_p.traslados_p if payment.impuestos_p else ()
    return [tax for tax in taxes if tax.impuesto_p == catalogs.TAX_IVA]


_needs_a_total(
    "CRP20264",
    "RetencionP",
    [field for _code, field, _tax in _WITHHELD],
    lambda payment: payment.impuestos_p and payment.impuestos_p.retenciones_p,
)
_needs_a_total(
    "CRP20267",
    "BaseP",
    [field for _code, field, name, _factor, _rate in _TRANSFERRED if name == "base_p"],
    _iva_transfers,
)
_needs_a_total(
    "CRP20273",
    "ImporteP",
    [field for _code, field, name, _factor, _rate in _TRANSFERRED if name == "importe_p"],
    lambda payment: any(tax.tipo_factor_p != EXEMPT for tax in _iva_transfers(payment)),
)
