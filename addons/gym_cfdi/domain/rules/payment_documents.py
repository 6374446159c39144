"""Rules of the documents that a payment settles: CRP20217, 20236-20248 and 20275-20279."""

from decimal import Decimal

from .. import catalogs
from ..limits import decimals_of, quotient_limits
from .engine import Scope, rule
from .facts import ZERO, decimals_of_currency

SUBJECT = "02"
WITHOUT_TAX_NODE = frozenset({"01", "03", "04", "05"})
WITHOUT_IVA_NOR_IEPS = frozenset({"06", "08"})
IEPS_ONLY = "07"


def _paid_limits(related, payment):
    """Return the least and greatest amount, in the payment's currency, for which ImpPagado can stand."""
    equivalence = related.equivalencia_dr or Decimal(1)
    if related.moneda_dr == payment.moneda_p or not equivalence:
        return related.imp_pagado, related.imp_pagado
    return quotient_limits(related.imp_pagado, equivalence, decimals_of_currency(payment.moneda_p))


@rule(
    "CRP20217",
    Scope.PAYMENT,
    "Monto",
    es=("La suma de ImpPagado no debe pasar de Monto.", "Reparta entre los documentos solo lo que se recibió."),
    en=("The sum of ImpPagado must not exceed Monto.", "Spread over the documents only what was received."),
)
def payments_within_amount(payment, facts):
    if any(related.moneda_dr != payment.moneda_p for related in payment.docto_relacionado):
        return None
    paid = sum([related.imp_pagado for related in payment.docto_relacionado], ZERO)
    return None if paid <= payment.monto else {"Monto": payment.monto, "suma de ImpPagado": paid}


@rule(
    "CRP20276",
    Scope.PAYMENT,
    "Monto",
    es=(
        "Con varias monedas, la suma de ImpPagado entre EquivalenciaDR no debe pasar de Monto más su margen.",
        "Revise EquivalenciaDR: unidades de MonedaDR por una de MonedaP.",
    ),
    en=(
        "With several currencies, the sum of ImpPagado by EquivalenciaDR must not exceed Monto plus its margin.",
        "Check EquivalenciaDR: units of MonedaDR for one of MonedaP.",
    ),
)
def converted_payments_within_amount(payment, facts):
    if all(related.moneda_dr == payment.moneda_p for related in payment.docto_relacionado):
        return None
    least = sum([_paid_limits(related, payment)[0] for related in payment.docto_relacionado], ZERO)
    return None if least <= payment.monto else {"Monto": payment.monto, "suma mínima de ImpPagado": least}


@rule(
    "CRP20236",
    Scope.RELATED,
    "MonedaDR",
    es=('MonedaDR debe ser distinta de "XXX".', "Use la moneda de la factura."),
    en=('MonedaDR must not be "XXX".', "Use the currency of the invoice."),
)
def related_has_a_currency(related, facts):
    return {"MonedaDR": "XXX"} if related.moneda_dr == "XXX" else None


@rule(
    "CRP20237",
    Scope.RELATED,
    "EquivalenciaDR",
    es=("EquivalenciaDR debe existir cuando MonedaDR no es MonedaP.", "Registre cuántas MonedaDR vale una MonedaP."),
    en=("EquivalenciaDR is required when MonedaDR is not MonedaP.", "Enter how many MonedaDR one MonedaP is worth."),
)
def equivalence_required(related, facts):
    if related.moneda_dr == facts.payment.moneda_p or related.equivalencia_dr is not None:
        return None
    return {"MonedaDR": related.moneda_dr, "MonedaP": facts.payment.moneda_p, "EquivalenciaDR": None}


@rule(
    "CRP20238",
    Scope.RELATED,
    "EquivalenciaDR",
    es=('Con la misma moneda, EquivalenciaDR debe ser "1".', "Ponga 1."),
    en=('With the same currency, EquivalenciaDR must be "1".', "Set 1."),
)
def equivalence_of_same_currency(related, facts):
    if related.moneda_dr != facts.payment.moneda_p or related.equivalencia_dr == 1:
        return None
    return {"MonedaDR": related.moneda_dr, "EquivalenciaDR": related.equivalencia_dr}


@rule(
    "CRP20239",
    Scope.RELATED,
    "ImpSaldoAnt",
    es=("ImpSaldoAnt debe ser mayor que cero.", "Registre el saldo antes del pago."),
    en=("ImpSaldoAnt must be above zero.", "Enter the balance before the payment."),
)
def previous_balance_above_zero(related, facts):
    return None if related.imp_saldo_ant > 0 else {"ImpSaldoAnt": related.imp_saldo_ant}


@rule(
    "CRP20241",
    Scope.RELATED,
    "ImpPagado",
    es=("ImpPagado debe ser mayor que cero.", "Registre lo pagado del documento, o quítelo."),
    en=("ImpPagado must be above zero.", "Enter what was paid of the document, or remove it."),
)
def paid_above_zero(related, facts):
    return None if related.imp_pagado > 0 else {"ImpPagado": related.imp_pagado}


def _decimals_within_currency(code, field, attribute):
    def too_many(related, facts):
        amount, limit = getattr(related, attribute), decimals_of_currency(related.moneda_dr)
        return None if decimals_of(amount) <= limit else {field: amount, "MonedaDR": related.moneda_dr}

    too_many.__name__ = f"{attribute}_decimals"
    rule(
        code,
        Scope.RELATED,
        field,
        es=(f"{field} no debe tener más decimales que MonedaDR.", "Redondéelo."),
        en=(f"{field} must not have more decimals than MonedaDR.", "Round it."),
    )(too_many)


_decimals_within_currency("CRP20240", "ImpSaldoAnt", "imp_saldo_ant")
_decimals_within_currency("CRP20242", "ImpPagado", "imp_pagado")
_decimals_within_currency("CRP20243", "ImpSaldoInsoluto", "imp_saldo_insoluto")


@rule(
    "CRP20244",
    Scope.RELATED,
    "ImpSaldoInsoluto",
    es=(
        "ImpSaldoInsoluto debe ser ImpSaldoAnt menos ImpPagado, y no negativo.",
        "Vuelva a calcular el saldo; no pague más de lo que se debe.",
    ),
    en=(
        "ImpSaldoInsoluto must be ImpSaldoAnt less ImpPagado, and not negative.",
        "Compute the balance again; do not pay more than is owed.",
    ),
)
def outstanding_is_difference(related, facts):
    expected = related.imp_saldo_ant - related.imp_pagado
    if expected >= 0 and related.imp_saldo_insoluto == expected:
        return None
    return {"ImpSaldoInsoluto": related.imp_saldo_insoluto, "esperado": expected}


@rule(
    "CRP20245",
    Scope.RELATED,
    "ObjetoImpDR",
    es=(
        "ObjetoImpDR debe ser una clave de c_ObjetoImp vigente cuando se pagó.",
        "Use la clave de los conceptos de la factura que se paga.",
    ),
    en=(
        "ObjetoImpDR must be a key of c_ObjetoImp in force when it was paid.",
        "Use the key of the concepts of the invoice that is paid.",
    ),
)
def related_tax_object_in_catalogue(related, facts):
    # The invoice is older than its payment, so a key published after the payment cannot be its own
    paid_on = min(facts.payment.fecha_pago.date(), facts.at)
    if catalogs.tax_objects().is_valid(related.objeto_imp_dr, paid_on):
        return None
    return {"ObjetoImpDR": related.objeto_imp_dr, "FechaPago": facts.payment.fecha_pago.date()}


@rule(
    "CRP20246",
    Scope.RELATED,
    "ObjetoImpDR",
    es=("Con ObjetoImpDR 02 debe existir ImpuestosDR.", "Agregue los impuestos en proporción a lo pagado."),
    en=("With ObjetoImpDR 02, ImpuestosDR is required.", "Add the taxes in proportion to what was paid."),
)
def related_subject_has_taxes(related, facts):
    return {"ObjetoImpDR": SUBJECT} if related.objeto_imp_dr == SUBJECT and related.impuestos_dr is None else None


@rule(
    "CRP20247",
    Scope.RELATED,
    "ObjetoImpDR",
    es=("Con ObjetoImpDR 01, 03, 04 o 05 no debe existir ImpuestosDR.", "Use 02, o quite los impuestos."),
    en=("With ObjetoImpDR 01, 03, 04 or 05, ImpuestosDR must be absent.", "Use 02, or remove the taxes."),
)
def related_without_taxes(related, facts):
    if related.impuestos_dr is None or related.objeto_imp_dr not in WITHOUT_TAX_NODE:
        return None
    return {"ObjetoImpDR": related.objeto_imp_dr}


@rule(
    "CRP20248",
    Scope.RELATED,
    "ImpuestosDR",
    es=("ImpuestosDR debe tener al menos un traslado o una retención.", "Agregue el impuesto o quite el nodo."),
    en=("ImpuestosDR must have at least one transfer or withholding.", "Add the tax or remove the node."),
)
def related_tax_node_is_not_empty(related, facts):
    taxes = related.impuestos_dr
    return None if taxes is None or taxes.traslados_dr or taxes.retenciones_dr else {"ImpuestosDR": "vacío"}


def _related_taxes(related):
    taxes = related.impuestos_dr
    if taxes is None:
        return set(), set()
    return {tax.impuesto_dr for tax in taxes.traslados_dr}, {tax.impuesto_dr for tax in taxes.retenciones_dr}


@rule(
    "CRP20278",
    Scope.RELATED,
    "ObjetoImpDR",
    es=("Con ObjetoImpDR 06 u 08 no hay IVA ni IEPS, solo retención de ISR.", "Quite esos impuestos, o use 02."),
    en=("With ObjetoImpDR 06 or 08 there is no IVA nor IEPS, only withheld ISR.", "Remove those taxes, or use 02."),
)
def related_without_iva_nor_ieps(related, facts):
    if related.objeto_imp_dr not in WITHOUT_IVA_NOR_IEPS:
        return None
    transferred, withheld = _related_taxes(related)
    wrong = transferred | (withheld - {catalogs.TAX_ISR})
    return {"ObjetoImpDR": related.objeto_imp_dr, "ImpuestoDR": ", ".join(sorted(wrong))} if wrong else None


@rule(
    "CRP20279",
    Scope.RELATED,
    "ObjetoImpDR",
    es=("Con ObjetoImpDR 07 debe haber traslado de IEPS y nada de IVA.", "Corrija los impuestos del documento."),
    en=("With ObjetoImpDR 07 there must be transferred IEPS and no IVA.", "Correct the taxes of the document."),
)
def related_with_ieps_only(related, facts):
    if related.objeto_imp_dr != IEPS_ONLY:
        return None
    transferred, withheld = _related_taxes(related)
    if catalogs.TAX_IEPS in transferred and catalogs.TAX_IVA not in transferred | withheld:
        return None
    return {"ObjetoImpDR": IEPS_ONLY, "traslados": sorted(transferred), "retenciones": sorted(withheld)}
