"""Rules of the root node: CFDI40103-40129, 40137. 40101 and the shape of numbers are the schema's."""

from decimal import Decimal

from .. import catalogs
from ..limits import decimals_of
from .engine import WARNING, Scope, rule
from .facts import ZERO

# Pesos per unit, orders of magnitude of 2026: c_Moneda lets a rate vary by 500 %, so only absurd ones are out
USUAL_RATES = {"USD": Decimal(18), "EUR": Decimal(21), "GBP": Decimal(24), "CAD": Decimal(13), "CHF": Decimal(22)}
RATE_LIMIT = 6
GREATEST_AMOUNT = Decimal("999999999999999999.999999")


def is_rate_beyond_limits(currency, rate):
    """Tell whether an exchange rate is above six times the usual one, or below a sixth of it, as when it is inverted.

    Currencies without a usual rate never are.
    """
    usual = USUAL_RATES.get(currency)
    return usual is not None and rate is not None and not usual / RATE_LIMIT <= rate <= usual * RATE_LIMIT


def approximate_limits(currency):
    """Return the lowest and highest rate admitted of a currency with a usual rate, as text."""
    usual = USUAL_RATES[currency]
    return f"{usual / RATE_LIMIT:.4f}-{usual * RATE_LIMIT}"


@rule(
    "CFDI40103",
    Scope.DOCUMENT,
    "FormaPago",
    types="TNP",
    es=("FormaPago no debe existir en traslados, nómina ni pagos.", "Quite la forma de pago."),
    en=("FormaPago must be absent in transfers, payroll and payments.", "Remove the payment form."),
)
def payment_form_absent(document, facts):
    return None if document.forma_pago is None else {"FormaPago": document.forma_pago}


@rule(
    "CFDI40104",
    Scope.DOCUMENT,
    "FormaPago",
    es=("FormaPago debe ser una clave vigente de c_FormaPago.", "Elija una forma de pago del catálogo."),
    en=("FormaPago must be a key in force of c_FormaPago.", "Choose a payment form of the catalogue."),
)
def payment_form_in_catalogue(document, facts):
    form = document.forma_pago
    return None if form is None or catalogs.payment_forms().is_valid(form, facts.at) else {"FormaPago": form}


@rule(
    "CFDI40105",
    Scope.DOCUMENT,
    "FormaPago",
    types="IEN",
    es=(
        'Con MetodoPago PPD la FormaPago debe ser "99" (por definir).',
        "Ponga la forma de pago 99, o PUE si ya se pagó.",
    ),
    en=(
        'With MetodoPago PPD the FormaPago must be "99" (to be defined).',
        "Set payment form 99, or PUE if it was already paid.",
    ),
)
def deferred_payment_has_form_99(document, facts):
    if document.metodo_pago != "PPD" or document.forma_pago == "99":
        return None
    return {"MetodoPago": "PPD", "FormaPago": document.forma_pago}


@rule(
    "CFDI40107",
    Scope.DOCUMENT,
    "SubTotal",
    es=("SubTotal no debe tener más decimales que la moneda.", "Redondee el subtotal a los decimales de la moneda."),
    en=("SubTotal must not have more decimals than the currency.", "Round the subtotal to the currency's decimals."),
    types="IEN",
)
def subtotal_decimals(document, facts):
    if decimals_of(document.sub_total) <= facts.decimals:
        return None
    return {"SubTotal": document.sub_total, "Moneda": document.moneda, "decimales": facts.decimals}


@rule(
    "CFDI40108",
    Scope.DOCUMENT,
    "SubTotal",
    types="IEN",
    es=(
        "SubTotal debe ser el redondeo de la suma de los importes de los conceptos.",
        "Sume los importes y redondee una sola vez, al final.",
    ),
    en=(
        "SubTotal must be the rounded sum of the concepts' amounts.",
        "Add up the amounts and round once, at the end.",
    ),
)
def subtotal_is_sum_of_amounts(document, facts):
    expected = facts.rounded(facts.amount)
    return None if document.sub_total == expected else {"SubTotal": document.sub_total, "esperado": expected}


@rule(
    "CFDI40109",
    Scope.DOCUMENT,
    "SubTotal",
    types="TP",
    es=("En traslados y pagos SubTotal debe ser 0.", "Ponga el subtotal en 0."),
    en=("In transfers and payments SubTotal must be 0.", "Set the subtotal to 0."),
)
def subtotal_is_zero(document, facts):
    return None if document.sub_total == 0 else {"SubTotal": document.sub_total}


@rule(
    "CFDI40110",
    Scope.DOCUMENT,
    "Descuento",
    es=("Descuento debe ser menor o igual que SubTotal.", "Revise los descuentos de las líneas."),
    en=("Descuento must not exceed SubTotal.", "Check the discounts of the lines."),
)
def discount_within_subtotal(document, facts):
    if document.descuento is None or document.descuento <= document.sub_total:
        return None
    return {"Descuento": document.descuento, "SubTotal": document.sub_total}


@rule(
    "CFDI40111",
    Scope.DOCUMENT,
    "Descuento",
    types="IEN",
    es=(
        "Descuento debe ser el redondeo de la suma de los descuentos de los conceptos, y existir si alguno lo tiene.",
        "Sume los descuentos de los conceptos.",
    ),
    en=(
        "Descuento must be the rounded sum of the concepts' discounts, and exist when any concept has one.",
        "Add up the concepts' discounts.",
    ),
)
def discount_is_sum_of_discounts(document, facts):
    expected = None if facts.discount is None else facts.rounded(facts.discount)
    if document.descuento == expected or (document.descuento or ZERO) == (expected or ZERO) == 0:
        return None
    return {"Descuento": document.descuento, "esperado": expected}


@rule(
    "CFDI40111",
    Scope.DOCUMENT,
    "Descuento",
    types="TP",
    es=("Solo ingresos, egresos y nómina admiten descuento.", "Quite el descuento."),
    en=("Only income, credit notes and payroll admit a discount.", "Remove the discount."),
)
def discount_absent(document, facts):
    if not document.descuento and facts.discount is None:
        return None
    return {"Descuento": document.descuento, "Descuento de conceptos": facts.discount}


@rule(
    "CFDI40112",
    Scope.DOCUMENT,
    "Descuento",
    es=("Descuento no debe tener más decimales que la moneda.", "Redondee el descuento a los decimales de la moneda."),
    en=("Descuento must not have more decimals than the currency.", "Round the discount to the currency's decimals."),
    types="IEN",
)
def discount_decimals(document, facts):
    if document.descuento is None or decimals_of(document.descuento) <= facts.decimals:
        return None
    return {"Descuento": document.descuento, "Moneda": document.moneda, "decimales": facts.decimals}


@rule(
    "CFDI40113",
    Scope.DOCUMENT,
    "Moneda",
    es=("Moneda debe ser una clave de c_Moneda.", "Elija una moneda del catálogo, por ejemplo MXN."),
    en=("Moneda must be a key of c_Moneda.", "Choose a currency of the catalogue, e.g. MXN."),
)
def currency_in_catalogue(document, facts):
    return None if catalogs.currencies().is_valid(document.moneda, facts.at) else {"Moneda": document.moneda}


@rule(
    "CFDI40114",
    Scope.DOCUMENT,
    "TipoCambio",
    es=('Con Moneda MXN, TipoCambio debe faltar o ser "1".', "Quite el tipo de cambio."),
    en=('With Moneda MXN, TipoCambio must be absent or "1".', "Remove the exchange rate."),
)
def exchange_rate_of_peso(document, facts):
    if document.moneda != "MXN" or document.tipo_cambio is None:
        return None
    return None if document.tipo_cambio == 1 else {"Moneda": "MXN", "TipoCambio": document.tipo_cambio}


@rule(
    "CFDI40115",
    Scope.DOCUMENT,
    "TipoCambio",
    es=("TipoCambio debe existir cuando Moneda no es MXN ni XXX.", "Registre el tipo de cambio del día."),
    en=("TipoCambio is required when Moneda is neither MXN nor XXX.", "Enter the exchange rate of the day."),
)
def exchange_rate_required(document, facts):
    if document.moneda in ("MXN", "XXX") or document.tipo_cambio is not None:
        return None
    return {"Moneda": document.moneda, "TipoCambio": None}


@rule(
    "CFDI40116",
    Scope.DOCUMENT,
    "TipoCambio",
    es=("TipoCambio no debe existir cuando Moneda es XXX.", "Quite el tipo de cambio."),
    en=("TipoCambio must be absent when Moneda is XXX.", "Remove the exchange rate."),
)
def exchange_rate_absent(document, facts):
    if document.moneda != "XXX" or document.tipo_cambio is None:
        return None
    return {"Moneda": "XXX", "TipoCambio": document.tipo_cambio}


@rule(
    "CFDI40117",
    Scope.DOCUMENT,
    "TipoCambio",
    es=("TipoCambio debe ser mayor que cero, con 18 enteros y 6 decimales a lo más.", "Corrija el tipo de cambio."),
    en=("TipoCambio must be above zero, with 18 digits and 6 decimals at most.", "Correct the exchange rate."),
)
def exchange_rate_shape(document, facts):
    rate = document.tipo_cambio
    if rate is None or (0 < rate <= GREATEST_AMOUNT and decimals_of(rate) <= 6):
        return None
    return {"TipoCambio": rate}


@rule(
    "CFDI40118",
    Scope.DOCUMENT,
    "TipoCambio",
    es=(
        "Un TipoCambio fuera de los límites que publica el SAT exige una clave de confirmación.",
        "Corrija el tipo de cambio: son pesos por unidad de la moneda.",
    ),
    en=(
        "A TipoCambio beyond the limits that the SAT publishes needs a confirmation key.",
        "Correct the exchange rate: it is pesos per unit of the currency.",
    ),
)
def exchange_rate_within_limits(document, facts):
    if document.confirmacion is not None or not is_rate_beyond_limits(document.moneda, document.tipo_cambio):
        return None
    limits = approximate_limits(document.moneda)
    return {"Moneda": document.moneda, "TipoCambio": document.tipo_cambio, "límite aproximado": limits}


@rule(
    "CFDI40119",
    Scope.DOCUMENT,
    "Total",
    es=(
        "Total debe ser SubTotal menos Descuento, más impuestos trasladados, menos retenidos, más o menos los locales.",
        "Vuelva a calcular el total con los importes ya redondeados.",
    ),
    en=(
        "Total must be SubTotal less Descuento, plus transferred, less withheld taxes, plus or minus the local ones.",
        "Compute the total again from the rounded amounts.",
    ),
)
def total_is_what_it_says(document, facts):
    expected = document.sub_total - (document.descuento or ZERO)
    if document.impuestos:
        expected += document.impuestos.total_impuestos_trasladados or ZERO
        expected -= document.impuestos.total_impuestos_retenidos or ZERO
    local = document.impuestos_locales
    if local:
        expected += local.totalde_traslados - local.totalde_retenciones
    return None if document.total == expected else {"Total": document.total, "esperado": expected}


@rule(
    "CFDI40120",
    Scope.DOCUMENT,
    "Total",
    es=("Un Total por encima del límite del SAT exige una clave de confirmación.", "Revise cantidades y precios."),
    en=("A Total above the SAT's limit needs a confirmation key.", "Check quantities and prices."),
)
def total_within_limit(document, facts):
    if document.total <= GREATEST_AMOUNT or document.confirmacion is not None:
        return None
    return {"Total": document.total}


@rule(
    "CFDI40121",
    Scope.DOCUMENT,
    "TipoDeComprobante",
    es=("TipoDeComprobante debe ser una clave de c_TipoDeComprobante.", "Use I, E, T, N o P."),
    en=("TipoDeComprobante must be a key of c_TipoDeComprobante.", "Use I, E, T, N or P."),
)
def type_in_catalogue(document, facts):
    known = catalogs.document_types().is_valid(document.tipo_de_comprobante, facts.at)
    return None if known else {"TipoDeComprobante": document.tipo_de_comprobante}


@rule(
    "CFDI40122",
    Scope.DOCUMENT,
    "Exportacion",
    es=(
        'Exportacion "02" exige el complemento de Comercio Exterior.',
        'Use "01" si no hay exportación, o agregue el complemento.',
    ),
    en=(
        'Exportacion "02" requires the foreign trade complement.',
        'Use "01" when nothing is exported, or add the complement.',
    ),
)
def export_has_complement(document, facts):
    return {"Exportacion": "02"} if document.exportacion == "02" and not facts.has_foreign_trade else None


@rule(
    "CFDI40123",
    Scope.DOCUMENT,
    "Exportacion",
    es=("Exportacion debe ser una clave vigente de c_Exportacion.", 'Use "01" cuando no hay exportación.'),
    en=("Exportacion must be a key in force of c_Exportacion.", 'Use "01" when nothing is exported.'),
)
def export_in_catalogue(document, facts):
    known = catalogs.exports().is_valid(document.exportacion, facts.at)
    return None if known else {"Exportacion": document.exportacion}


@rule(
    "CFDI40124",
    Scope.DOCUMENT,
    "MetodoPago",
    es=("MetodoPago debe ser una clave de c_MetodoPago.", "Use PUE o PPD."),
    en=("MetodoPago must be a key of c_MetodoPago.", "Use PUE or PPD."),
)
def payment_method_in_catalogue(document, facts):
    method = document.metodo_pago
    return None if method is None or catalogs.payment_methods().is_valid(method, facts.at) else {"MetodoPago": method}


@rule(
    "CFDI40125",
    Scope.DOCUMENT,
    "MetodoPago",
    types="TP",
    es=("MetodoPago no debe existir en traslados ni pagos.", "Quite el método de pago."),
    en=("MetodoPago must be absent in transfers and payments.", "Remove the payment method."),
)
def payment_method_absent(document, facts):
    return None if document.metodo_pago is None else {"MetodoPago": document.metodo_pago}


@rule(
    "CFDI40126",
    Scope.DOCUMENT,
    "LugarExpedicion",
    es=("LugarExpedicion debe ser un código postal de c_CodigoPostal.", "Corrija el código postal de la sucursal."),
    en=("LugarExpedicion must be a postal code of c_CodigoPostal.", "Correct the postal code of the branch."),
)
def place_in_catalogue(document, facts):
    code = document.lugar_expedicion
    return None if catalogs.is_postal_code(code) else {"LugarExpedicion": code}


@rule(
    "CFDI40127",
    Scope.DOCUMENT,
    "Confirmacion",
    es=(
        "Confirmacion solo procede cuando TipoCambio o Total están fuera de los límites.",
        "Quite la clave de confirmación.",
    ),
    en=(
        "Confirmacion is only admitted when TipoCambio or Total are beyond the limits.",
        "Remove the confirmation key.",
    ),
)
def confirmation_only_beyond_limits(document, facts):
    if document.confirmacion is None or facts.is_stamped or document.pagos is not None:
        return None
    if document.total > GREATEST_AMOUNT or is_rate_beyond_limits(document.moneda, document.tipo_cambio):
        return None
    return {"Confirmacion": document.confirmacion, "TipoCambio": document.tipo_cambio, "Total": document.total}


@rule(
    "CFDI40128",
    Scope.DOCUMENT,
    "Confirmacion",
    es=(
        "Confirmacion debe ser un número que el PAC haya dado para este comprobante; aquí no se pidió ninguno.",
        "Quite la clave y corrija el importe o el tipo de cambio.",
    ),
    en=(
        "Confirmacion must be a number that the PAC gave for this document; none was asked for here.",
        "Remove the key and correct the amount or the exchange rate.",
    ),
)
def confirmation_was_given(document, facts):
    return None if document.confirmacion is None or facts.is_stamped else {"Confirmacion": document.confirmacion}


@rule(
    "CFDI40129",
    Scope.DOCUMENT,
    "Confirmacion",
    severity=WARNING,
    es=("Un número de confirmación solo se usa una vez; solo el PAC sabe si ya se usó.", "Quite la clave."),
    en=("A confirmation number serves once; only the PAC knows whether it was used.", "Remove the key."),
)
def confirmation_unused(document, facts):
    return None if document.confirmacion is None or facts.is_stamped else {"Confirmacion": document.confirmacion}


@rule(
    "CFDI40137",
    Scope.RELATION,
    "TipoRelacion",
    es=("TipoRelacion debe ser una clave vigente de c_TipoRelacion.", "Elija una relación de 01 a 07."),
    en=("TipoRelacion must be a key in force of c_TipoRelacion.", "Choose a relation from 01 to 07."),
)
def relation_in_catalogue(relation, facts):
    known = catalogs.relation_types().is_valid(relation.tipo_relacion, facts.at)
    return None if known else {"TipoRelacion": relation.tipo_relacion}
