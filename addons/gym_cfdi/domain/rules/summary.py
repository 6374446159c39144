"""Rules of the tax summary: CFDI40201-40221."""

from .. import catalogs
from ..limits import decimals_of
from .engine import Scope, rule
from .facts import ZERO
from .taxes import EXEMPT


def _too_many_decimals(name, amount, facts):
    if amount is None or decimals_of(amount) <= facts.decimals:
        return None
    return {name: amount, "decimales": facts.decimals}


def _key(tax):
    return tax.impuesto, tax.tipo_factor, tax.tasa_o_cuota


@rule(
    "CFDI40201",
    Scope.DOCUMENT,
    "Impuestos",
    types="TP",
    es=("Traslados y pagos no llevan resumen de Impuestos.", "Quite el resumen de impuestos."),
    en=("Transfers and payments have no Impuestos summary.", "Remove the tax summary."),
)
def summary_absent(document, facts):
    return None if document.impuestos is None else {"Impuestos": "existe"}


@rule(
    "CFDI40202",
    Scope.DOCUMENT,
    "TotalImpuestosRetenidos",
    es=("TotalImpuestosRetenidos no debe tener más decimales que la moneda.", "Redondéelo."),
    en=("TotalImpuestosRetenidos must not have more decimals than the currency.", "Round it."),
)
def withheld_total_decimals(document, facts):
    taxes = document.impuestos
    return taxes and _too_many_decimals("TotalImpuestosRetenidos", taxes.total_impuestos_retenidos, facts)


@rule(
    "CFDI40203",
    Scope.DOCUMENT,
    "TotalImpuestosRetenidos",
    es=("TotalImpuestosRetenidos debe ser la suma de las retenciones del resumen.", "Vuelva a sumarlas."),
    en=("TotalImpuestosRetenidos must be the sum of the withholdings of the summary.", "Add them up again."),
)
def withheld_total_is_sum(document, facts):
    taxes = document.impuestos
    if taxes is None or taxes.total_impuestos_retenidos is None:
        return None
    expected = sum([tax.importe for tax in taxes.retenciones], ZERO)
    if taxes.total_impuestos_retenidos == expected:
        return None
    return {"TotalImpuestosRetenidos": taxes.total_impuestos_retenidos, "esperado": expected}


@rule(
    "CFDI40204",
    Scope.DOCUMENT,
    "TotalImpuestosTrasladados",
    es=("TotalImpuestosTrasladados no debe tener más decimales que la moneda.", "Redondéelo."),
    en=("TotalImpuestosTrasladados must not have more decimals than the currency.", "Round it."),
)
def transferred_total_decimals(document, facts):
    taxes = document.impuestos
    return taxes and _too_many_decimals("TotalImpuestosTrasladados", taxes.total_impuestos_trasladados, facts)


@rule(
    "CFDI40205",
    Scope.DOCUMENT,
    "TotalImpuestosTrasladados",
    es=(
        "TotalImpuestosTrasladados debe ser la suma de los traslados del resumen, y faltar si todos son exentos.",
        "Vuelva a sumarlos.",
    ),
    en=(
        "TotalImpuestosTrasladados must be the sum of the transfers of the summary, and absent if all are exempt.",
        "Add them up again.",
    ),
)
def transferred_total_is_sum(document, facts):
    taxes = document.impuestos
    if taxes is None or taxes.total_impuestos_trasladados is None:
        return None
    charged = [tax.importe for tax in taxes.traslados if tax.importe is not None]
    expected = sum(charged, ZERO) if charged else None
    if taxes.total_impuestos_trasladados == expected:
        return None
    return {"TotalImpuestosTrasladados": taxes.total_impuestos_trasladados, "esperado": expected}


@rule(
    "CFDI40206",
    Scope.DOCUMENT,
    "TotalImpuestosRetenidos",
    es=("Con Retenciones en el resumen debe existir TotalImpuestosRetenidos.", "Agregue el total."),
    en=("With Retenciones in the summary, TotalImpuestosRetenidos is required.", "Add the total."),
)
def withheld_total_required(document, facts):
    taxes = document.impuestos
    if taxes is None or not taxes.retenciones or taxes.total_impuestos_retenidos is not None:
        return None
    return {"Retenciones": len(taxes.retenciones), "TotalImpuestosRetenidos": None}


@rule(
    "CFDI40207",
    Scope.WITHHOLDING,
    "Impuesto",
    es=("Impuesto debe ser una clave de c_Impuesto.", "Use 001 para ISR, 002 para IVA o 003 para IEPS."),
    en=("Impuesto must be a key of c_Impuesto.", "Use 001 for ISR, 002 for IVA or 003 for IEPS."),
)
def summary_withholding_tax_in_catalogue(tax, facts):
    return None if tax.impuesto in catalogs.taxes() else {"Impuesto": tax.impuesto}


@rule(
    "CFDI40208",
    Scope.DOCUMENT,
    "Retencion",
    es=("El resumen lleva una sola Retencion por impuesto.", "Sume las retenciones del mismo impuesto."),
    en=("The summary has a single Retencion for each tax.", "Add up the withholdings of the same tax."),
)
def one_withholding_for_each_tax(document, facts):
    taxes = document.impuestos
    if taxes is None or len(taxes.retenciones) < 2:
        return None
    keys = [tax.impuesto for tax in taxes.retenciones]
    return None if len(set(keys)) == len(keys) else {"Impuesto": ", ".join(keys)}


@rule(
    "CFDI40209",
    Scope.WITHHOLDING,
    "Importe",
    es=("Con una Retencion en el resumen debe existir TotalImpuestosRetenidos.", "Agregue el total."),
    en=("With a Retencion in the summary, TotalImpuestosRetenidos is required.", "Add the total."),
)
def summary_withholding_has_total(tax, facts):
    return {"Importe": tax.importe} if facts.document.impuestos.total_impuestos_retenidos is None else None


@rule(
    "CFDI40210",
    Scope.WITHHOLDING,
    "Importe",
    es=("El Importe del resumen no debe tener más decimales que la moneda.", "Redondéelo."),
    en=("Importe of the summary must not have more decimals than the currency.", "Round it."),
)
def summary_withholding_decimals(tax, facts):
    return _too_many_decimals("Importe", tax.importe, facts)


@rule(
    "CFDI40211",
    Scope.WITHHOLDING,
    "Importe",
    es=(
        "El Importe retenido del resumen debe ser el redondeo de la suma de los conceptos.",
        "Vuelva a sumar las retenciones.",
    ),
    en=(
        "The withheld Importe of the summary must be the rounded sum of the concepts.",
        "Add up the withholdings again.",
    ),
)
def summary_withholding_is_sum(tax, facts):
    expected = facts.rounded(facts.withholdings.get(tax.impuesto, ZERO))
    if tax.importe == expected:
        return None
    return {"Impuesto": tax.impuesto, "Importe": tax.importe, "esperado": expected}


@rule(
    "CFDI40211",
    Scope.DOCUMENT,
    "Retencion",
    types="IEN",
    es=("Cada impuesto retenido en los conceptos debe estar en el resumen.", "Agregue la retención al resumen."),
    en=("Each tax withheld in the concepts must be in the summary.", "Add the withholding to the summary."),
)
def every_withholding_is_summarised(document, facts):
    present = {tax.impuesto for tax in document.impuestos.retenciones} if document.impuestos else ()
    missing = [tax for tax in facts.withholdings if tax not in present]
    return {"Impuesto": ", ".join(missing), "Retencion": "falta"} if missing else None


@rule(
    "CFDI40212",
    Scope.DOCUMENT,
    "TotalImpuestosTrasladados",
    es=(
        "Con traslados no exentos en el resumen debe existir TotalImpuestosTrasladados.",
        "Agregue el total de impuestos trasladados.",
    ),
    en=(
        "With transfers that are not exempt in the summary, TotalImpuestosTrasladados is required.",
        "Add the total of transferred taxes.",
    ),
)
def transferred_total_required(document, facts):
    taxes = document.impuestos
    if taxes is None or taxes.total_impuestos_trasladados is not None:
        return None
    charged = [tax for tax in taxes.traslados if tax.tipo_factor != EXEMPT]
    return {"Traslados": len(charged), "TotalImpuestosTrasladados": None} if charged else None


@rule(
    "CFDI40214",
    Scope.TRANSFER,
    "Base",
    es=("La Base del resumen no debe tener más decimales que la moneda.", "Redondéela."),
    en=("Base of the summary must not have more decimals than the currency.", "Round it."),
)
def summary_base_decimals(tax, facts):
    return _too_many_decimals("Base", tax.base, facts)


def _base_observed(tax, facts):
    base, _amount = facts.transfers.get(_key(tax), (ZERO, ZERO))
    expected = facts.rounded(base)
    if tax.base == expected:
        return None
    return {"Impuesto": tax.impuesto, "TasaOCuota": tax.tasa_o_cuota, "Base": tax.base, "esperado": expected}


@rule(
    "CFDI40215",
    Scope.TRANSFER,
    "Base",
    es=(
        "La Base del resumen debe ser el redondeo de la suma de las bases con el mismo impuesto, factor y tasa.",
        "Vuelva a sumar las bases de los conceptos.",
    ),
    en=(
        "Base of the summary must be the rounded sum of the bases with the same tax, factor and rate.",
        "Add up the bases of the concepts again.",
    ),
)
def summary_base_is_sum(tax, facts):
    return None if tax.tipo_factor == EXEMPT else _base_observed(tax, facts)


@rule(
    "CFDI40216",
    Scope.TRANSFER,
    "Base",
    es=(
        "La Base exenta del resumen debe ser el redondeo de la suma de las bases exentas del impuesto.",
        "Vuelva a sumar las bases exentas de los conceptos.",
    ),
    en=(
        "The exempt Base of the summary must be the rounded sum of the tax's exempt bases.",
        "Add up the exempt bases of the concepts again.",
    ),
)
def summary_exempt_base_is_sum(tax, facts):
    return _base_observed(tax, facts) if tax.tipo_factor == EXEMPT else None


@rule(
    "CFDI40217",
    Scope.TRANSFER,
    "Impuesto",
    es=("Impuesto debe ser una clave de c_Impuesto.", "Use 002 para IVA o 003 para IEPS."),
    en=("Impuesto must be a key of c_Impuesto.", "Use 002 for IVA or 003 for IEPS."),
)
def summary_transfer_tax_in_catalogue(tax, facts):
    return None if tax.impuesto in catalogs.taxes() else {"Impuesto": tax.impuesto}


@rule(
    "CFDI40218",
    Scope.DOCUMENT,
    "Traslado",
    es=("El resumen lleva un solo Traslado por impuesto, factor y tasa.", "Sume los traslados iguales."),
    en=("The summary has a single Traslado for each tax, factor and rate.", "Add up the equal transfers."),
)
def one_transfer_for_each_rate(document, facts):
    taxes = document.impuestos
    if taxes is None or len(taxes.traslados) < 2:
        return None
    keys = [_key(tax) for tax in taxes.traslados]
    if len(set(keys)) == len(keys):
        return None
    return {"Traslado": "; ".join(f"{tax} {factor} {rate}" for tax, factor, rate in keys)}


@rule(
    "CFDI40219",
    Scope.TRANSFER,
    "TasaOCuota",
    es=(
        "TasaOCuota del resumen debe ser un valor de c_TasaOCuota para ese impuesto y factor.",
        "Use la tasa de los conceptos, con seis decimales.",
    ),
    en=(
        "TasaOCuota of the summary must be a value of c_TasaOCuota for that tax and factor.",
        "Use the rate of the concepts, with six decimals.",
    ),
)
def summary_rate_in_catalogue(tax, facts):
    rate = tax.tasa_o_cuota
    if tax.tipo_factor == EXEMPT:
        wrong = rate is not None
    else:
        wrong = rate is None or not catalogs.is_rate("traslado", tax.impuesto, tax.tipo_factor, rate)
    return {"Impuesto": tax.impuesto, "TipoFactor": tax.tipo_factor, "TasaOCuota": rate} if wrong else None


@rule(
    "CFDI40220",
    Scope.TRANSFER,
    "Importe",
    es=("El Importe del resumen no debe tener más decimales que la moneda.", "Redondéelo."),
    en=("Importe of the summary must not have more decimals than the currency.", "Round it."),
)
def summary_transfer_decimals(tax, facts):
    return _too_many_decimals("Importe", tax.importe, facts)


@rule(
    "CFDI40221",
    Scope.TRANSFER,
    "Importe",
    es=(
        "El Importe trasladado del resumen debe ser el redondeo de la suma de los conceptos del mismo impuesto y tasa.",
        "Vuelva a sumar los impuestos de los conceptos.",
    ),
    en=(
        "The transferred Importe of the summary must be the rounded sum of the concepts with the same tax and rate.",
        "Add up the taxes of the concepts again.",
    ),
)
def summary_transfer_is_sum(tax, facts):
    if tax.tipo_factor == EXEMPT and tax.importe is None:
        return None
    _base, amount = facts.transfers.get(_key(tax), (ZERO, ZERO))
    expected = facts.rounded(amount)
    if tax.importe == expected:
        return None
    return {
        "Impuesto": tax.impuesto,
        "TasaOCuota": tax.tasa_o_cuota,
        "Importe": tax.importe,
        "esperado": expected,
    }


@rule(
    "CFDI40221",
    Scope.DOCUMENT,
    "Traslado",
    types="IEN",
    es=("Cada impuesto trasladado en los conceptos debe estar en el resumen.", "Agregue el traslado al resumen."),
    en=("Each tax transferred in the concepts must be in the summary.", "Add the transfer to the summary."),
)
def every_transfer_is_summarised(document, facts):
    present = {_key(tax) for tax in document.impuestos.traslados} if document.impuestos else ()
    missing = [key for key in facts.transfers if key not in present]
    if not missing:
        return None
    return {"Traslado": "; ".join(f"{tax} {factor} {rate}" for tax, factor, rate in missing), "resumen": "falta"}
