"""Rules of a payment: the document that carries it (CRP20101-20123) and the payment itself (CRP20212-20235)."""

import re

from .. import catalogs
from ..limits import decimals_of
from ..model import Comprobante, Concepto
from ..rfc import GENERIC_FOREIGN
from .document import GREATEST_AMOUNT, approximate_limits, is_rate_beyond_limits
from .engine import Scope, rule
from .facts import decimals_of_currency, field_names

NO_CURRENCY = "XXX"
WIRE_TRANSFER = "03"


def _fixed(code, scope, cls, field, value, node_of):
    """Register that ``field`` of the node of class ``cls`` that ``node_of`` returns is ``value`` (``None``: absent)."""
    attribute = field_names(cls)[field]
    asked = ("no existir", "be absent") if value is None else (f'ser "{value}"', f'be "{value}"')
    remedy = ("Quítelo.", "Remove it.") if value is None else ("Es un valor fijo: corríjalo.", "Set that fixed value.")

    def differs(node, facts):
        found = getattr(node_of(node, facts), attribute)
        return None if found == value else {field: found}

    differs.__name__ = f"payment_{attribute}"
    rule(
        code,
        scope,
        field,
        es=(f"En un comprobante de pago, {field} debe {asked[0]}.", remedy[0]),
        en=(f"In a payment document, {field} must {asked[1]}.", remedy[1]),
    )(differs)


for _code, _field, _value in (
    ("CRP20101", "TipoDeComprobante", "P"),
    ("CRP20102", "Exportacion", "01"),
    ("CRP20103", "SubTotal", 0),
    ("CRP20104", "Moneda", NO_CURRENCY),
    ("CRP20105", "FormaPago", None),
    ("CRP20106", "MetodoPago", None),
    ("CRP20107", "CondicionesDePago", None),
    ("CRP20108", "Descuento", None),
    ("CRP20109", "TipoCambio", None),
    ("CRP20110", "Total", 0),
    ("CRP20123", "Impuestos", None),
):
    _fixed(_code, Scope.PAYMENTS, Comprobante, _field, _value, lambda _complement, facts: facts.document)

for _code, _field, _value in (
    ("CRP20113", "ClaveProdServ", "84111506"),
    ("CRP20114", "NoIdentificacion", None),
    ("CRP20115", "Cantidad", 1),
    ("CRP20116", "ClaveUnidad", "ACT"),
    ("CRP20117", "Unidad", None),
    ("CRP20118", "Descripcion", "Pago"),
    ("CRP20119", "ValorUnitario", 0),
    ("CRP20120", "Importe", 0),
    ("CRP20121", "Descuento", None),
    ("CRP20122", "ObjetoImp", "01"),
    ("CRP20123", "Impuestos", None),
):
    _fixed(_code, Scope.PAYMENT_CONCEPT, Concepto, _field, _value, lambda concept, _facts: concept)


@rule(
    "CRP20111",
    Scope.PAYMENTS,
    "Concepto",
    es=("Un comprobante de pago lleva un solo Concepto.", "Deje un solo concepto."),
    en=("A payment document has a single Concepto.", "Leave a single concept."),
)
def payment_document_has_one_concept(complement, facts):
    count = len(facts.document.conceptos)
    return None if count == 1 else {"Concepto": count}


@rule(
    "CRP20112",
    Scope.PAYMENT_CONCEPT,
    "Concepto",
    es=("El concepto de un pago solo puede llevar ACuentaTerceros.", "Quite los demás nodos."),
    en=("The concept of a payment may only have ACuentaTerceros.", "Remove the other nodes."),
)
def payment_concept_has_no_children(concept, facts):
    children = {
        "Impuestos": concept.impuestos,
        "InformacionAduanera": concept.informacion_aduanera,
        "CuentaPredial": concept.cuenta_predial,
        "ComplementoConcepto": concept.complementos,
        "Parte": concept.partes,
    }
    found = [name for name, child in children.items() if child]
    return {"Concepto": ", ".join(found)} if found else None


@rule(
    "CRP20212",
    Scope.PAYMENT,
    "FormaDePagoP",
    es=('FormaDePagoP debe ser distinta de "99".', "Elija la forma con que se pagó."),
    en=('FormaDePagoP must not be "99".', "Choose the form in which it was paid."),
)
def payment_form_is_known(payment, facts):
    return {"FormaDePagoP": "99"} if payment.forma_de_pago_p == "99" else None


@rule(
    "CRP20213",
    Scope.PAYMENT,
    "MonedaP",
    es=('MonedaP debe ser distinta de "XXX".', "Elija la moneda del pago."),
    en=('MonedaP must not be "XXX".', "Choose the currency of the payment."),
)
def payment_has_a_currency(payment, facts):
    return {"MonedaP": NO_CURRENCY} if payment.moneda_p == NO_CURRENCY else None


@rule(
    "CRP20214",
    Scope.PAYMENT,
    "TipoCambioP",
    es=("TipoCambioP debe existir cuando MonedaP no es MXN.", "Registre el tipo de cambio del día del pago."),
    en=("TipoCambioP is required when MonedaP is not MXN.", "Enter the exchange rate of the day of payment."),
)
def payment_rate_required(payment, facts):
    if payment.moneda_p == "MXN" or payment.tipo_cambio_p is not None:
        return None
    return {"MonedaP": payment.moneda_p, "TipoCambioP": None}


@rule(
    "CRP20215",
    Scope.PAYMENT,
    "TipoCambioP",
    es=('Con MonedaP MXN, TipoCambioP debe ser "1".', "Ponga 1."),
    en=('With MonedaP MXN, TipoCambioP must be "1".', "Set 1."),
)
def payment_rate_of_peso(payment, facts):
    if payment.moneda_p != "MXN" or payment.tipo_cambio_p == 1:
        return None
    return {"MonedaP": "MXN", "TipoCambioP": payment.tipo_cambio_p}


@rule(
    "CRP20216",
    Scope.PAYMENT,
    "TipoCambioP",
    es=("Un TipoCambioP fuera de los límites exige Confirmacion.", "Corrija el tipo de cambio: pesos por unidad."),
    en=("A TipoCambioP beyond the limits needs Confirmacion.", "Correct the exchange rate: pesos per unit."),
)
def payment_rate_within_limits(payment, facts):
    if facts.document.confirmacion is not None or not is_rate_beyond_limits(payment.moneda_p, payment.tipo_cambio_p):
        return None
    limits = approximate_limits(payment.moneda_p)
    return {"MonedaP": payment.moneda_p, "TipoCambioP": payment.tipo_cambio_p, "límite aproximado": limits}


@rule(
    "CRP20218",
    Scope.PAYMENT,
    "Monto",
    es=("Monto debe ser mayor que cero.", "Registre lo que se recibió."),
    en=("Monto must be above zero.", "Enter what was received."),
)
def payment_above_zero(payment, facts):
    return None if payment.monto > 0 else {"Monto": payment.monto}


@rule(
    "CRP20219",
    Scope.PAYMENT,
    "Monto",
    es=("Monto no debe tener más decimales que MonedaP.", "Redondee el monto."),
    en=("Monto must not have more decimals than MonedaP.", "Round the amount."),
)
def payment_decimals(payment, facts):
    limit = decimals_of_currency(payment.moneda_p)
    if decimals_of(payment.monto) <= limit:
        return None
    return {"Monto": payment.monto, "MonedaP": payment.moneda_p, "decimales": limit}


@rule(
    "CRP20220",
    Scope.PAYMENT,
    "Monto",
    es=("Un Monto por encima del límite del SAT exige Confirmacion.", "Revise el monto y el tipo de cambio."),
    en=("A Monto above the SAT's limit needs Confirmacion.", "Check the amount and the exchange rate."),
)
def payment_within_limit(payment, facts):
    if facts.document.confirmacion is not None or payment.monto * (payment.tipo_cambio_p or 1) <= GREATEST_AMOUNT:
        return None
    return {"Monto": payment.monto, "TipoCambioP": payment.tipo_cambio_p}


def _not_banked(payment):
    """Tell whether the payment form admits no bank data. An unknown form is judged by another rule."""
    form = catalogs.payment_forms().get(payment.forma_de_pago_p)
    return form is not None and not form.is_banked


def _only_if_banked(code, field, attribute):
    def present(payment, facts):
        value = getattr(payment, attribute)
        if value is None or not _not_banked(payment):
            return None
        return {"FormaDePagoP": payment.forma_de_pago_p, field: value}

    present.__name__ = f"{attribute}_only_if_banked"
    rule(
        code,
        Scope.PAYMENT,
        field,
        es=(f"{field} solo va con formas de pago bancarizadas (02 a 06, 28, 29).", "Quítelo."),
        en=(f"{field} only goes with banked payment forms (02 to 06, 28, 29).", "Remove it."),
    )(present)


_only_if_banked("CRP20221", "RfcEmisorCtaOrd", "rfc_emisor_cta_ord")
_only_if_banked("CRP20224", "CtaOrdenante", "cta_ordenante")
_only_if_banked("CRP20227", "RfcEmisorCtaBen", "rfc_emisor_cta_ben")
_only_if_banked("CRP20228", "CtaBeneficiario", "cta_beneficiario")


@rule(
    "CRP20223",
    Scope.PAYMENT,
    "NomBancoOrdExt",
    es=("Con RfcEmisorCtaOrd XEXX010101000 debe existir NomBancoOrdExt.", "Agregue el nombre del banco extranjero."),
    en=("With RfcEmisorCtaOrd XEXX010101000, NomBancoOrdExt is required.", "Add the name of the foreign bank."),
)
def foreign_bank_has_name(payment, facts):
    if payment.rfc_emisor_cta_ord != GENERIC_FOREIGN or payment.nom_banco_ord_ext is not None:
        return None
    return {"RfcEmisorCtaOrd": GENERIC_FOREIGN, "NomBancoOrdExt": None}


@rule(
    "CRP20225",
    Scope.PAYMENT,
    "CtaOrdenante",
    es=("CtaOrdenante debe tener la forma que c_FormaPago pide.", "Corrija la cuenta: una CLABE tiene 18 dígitos."),
    en=("CtaOrdenante must have the shape that c_FormaPago asks.", "Correct the account: a CLABE has 18 digits."),
)
def payer_account_shape(payment, facts):
    return _account_observed(payment, "payer_account", "CtaOrdenante", payment.cta_ordenante)


@rule(
    "CRP20226",
    Scope.PAYMENT,
    "CtaBeneficiario",
    es=("CtaBeneficiario debe tener la forma que c_FormaPago pide.", "Corrija la cuenta: una CLABE tiene 18 dígitos."),
    en=(
        "CtaBeneficiario must have the shape that c_FormaPago asks.",
        "Correct the account, e.g. a CLABE of 18 digits.",
    ),
)
def payee_account_shape(payment, facts):
    return _account_observed(payment, "payee_account", "CtaBeneficiario", payment.cta_beneficiario)


def _account_observed(payment, column, field, account):
    form = catalogs.payment_forms().get(payment.forma_de_pago_p)
    pattern = getattr(form, column) if form else None
    if account is None or pattern is None or re.fullmatch(pattern, account):
        return None
    return {"FormaDePagoP": payment.forma_de_pago_p, field: account, "patrón": pattern}


@rule(
    "CRP20229",
    Scope.PAYMENT,
    "TipoCadPago",
    es=("TipoCadPago solo va con FormaDePagoP 03 (transferencia).", "Quítelo."),
    en=("TipoCadPago only goes with FormaDePagoP 03 (wire transfer).", "Remove it."),
)
def chain_only_for_transfers(payment, facts):
    if payment.tipo_cad_pago is None or payment.forma_de_pago_p == WIRE_TRANSFER:
        return None
    return {"FormaDePagoP": payment.forma_de_pago_p, "TipoCadPago": payment.tipo_cad_pago}


def _with_chain(required_code, forbidden_code, field, attribute):
    """Register that ``field`` is required with TipoCadPago and forbidden without it."""

    def missing(payment, facts):
        if payment.tipo_cad_pago is None or getattr(payment, attribute) is not None:
            return None
        return {"TipoCadPago": payment.tipo_cad_pago, field: None}

    def idle(payment, facts):
        if payment.tipo_cad_pago is not None or getattr(payment, attribute) is None:
            return None
        return {"TipoCadPago": None, field: "existe"}

    missing.__name__, idle.__name__ = f"{attribute}_required", f"{attribute}_absent"
    rule(
        required_code,
        Scope.PAYMENT,
        field,
        es=(f"Con TipoCadPago debe existir {field}.", "Agréguelo del comprobante de la transferencia."),
        en=(f"TipoCadPago needs {field}.", "Add it from the receipt of the transfer."),
    )(missing)
    rule(
        forbidden_code,
        Scope.PAYMENT,
        field,
        es=(f"Sin TipoCadPago no debe existir {field}.", "Quítelo."),
        en=(f"Without TipoCadPago, {field} must be absent.", "Remove it."),
    )(idle)


_with_chain("CRP20230", "CRP20231", "CertPago", "cert_pago")
_with_chain("CRP20232", "CRP20233", "CadPago", "cad_pago")
_with_chain("CRP20234", "CRP20235", "SelloPago", "sello_pago")
