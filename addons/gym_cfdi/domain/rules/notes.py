"""Notes: what no rule of the SAT forbids and an accountant wants to know. They never hold a document back.

Their codes are this product's own.
"""

import re
from decimal import Decimal

from .. import catalogs
from ..limits import decimals_of
from .engine import INFO, Scope, rule
from .facts import ZERO

_CENT = Decimal("0.01")
_ESCAPED = re.compile(r"&(?:amp|lt|gt|quot|apos|#[0-9]+|#x[0-9A-Fa-f]+);")


def _escaped_twice(**texts):
    return {name: text for name, text in texts.items() if text and _ESCAPED.search(text)} or None


def _one_with_decimals(**rates):
    """Return the rates that are 1 and are not written so."""
    return {name: rate for name, rate in rates.items() if rate == 1 and decimals_of(rate)} or None


@rule(
    "NOTE01",
    Scope.DOCUMENT,
    "FormaPago",
    types="IE",
    severity=INFO,
    es=(
        "Con MetodoPago PUE se dice cómo se pagó; 99 (por definir) es de PPD.",
        "Ponga la forma en que se pagó, o PPD si falta pagar.",
    ),
    en=(
        "With MetodoPago PUE the way of payment is known; 99 (to be defined) is for PPD.",
        "Set the form that was paid with, or PPD if it is still to be paid.",
    ),
)
def paid_invoice_names_its_form(document, facts):
    if document.metodo_pago != "PUE" or document.forma_pago != "99":
        return None
    return {"MetodoPago": "PUE", "FormaPago": "99"}


@rule(
    "NOTE02",
    Scope.DOCUMENT,
    "FormaPago",
    types="I",
    severity=INFO,
    es=(
        "Sin FormaPago los PAC timbran, pero el cliente no puede deducir el gasto (CFF 29-A).",
        "Ponga la forma de pago.",
    ),
    en=(
        "Without FormaPago PACs do stamp, but the customer cannot deduct the expense (CFF 29-A).",
        "Set the payment form.",
    ),
)
def income_names_its_form(document, facts):
    return {"FormaPago": None} if document.forma_pago is None else None


@rule(
    "NOTE03",
    Scope.DOCUMENT,
    "MetodoPago",
    types="I",
    severity=INFO,
    es=(
        "Sin MetodoPago los PAC timbran, pero el cliente no puede deducir el gasto (CFF 29-A).",
        "Ponga PUE o PPD.",
    ),
    en=(
        "Without MetodoPago PACs do stamp, but the customer cannot deduct the expense (CFF 29-A).",
        "Set PUE or PPD.",
    ),
)
def income_names_its_method(document, facts):
    return {"MetodoPago": None} if document.metodo_pago is None else None


@rule(
    "NOTE04",
    Scope.DOCUMENT,
    "CfdiRelacionados",
    types="E",
    severity=INFO,
    es=(
        "Un egreso sin CfdiRelacionados no dice qué factura disminuye.",
        "Relacione la factura: 01 nota de crédito, 03 devolución o 07 anticipo.",
    ),
    en=(
        "A credit note without CfdiRelacionados does not say which invoice it reduces.",
        "Relate the invoice: 01 credit note, 03 return or 07 advance.",
    ),
)
def credit_note_names_its_invoice(document, facts):
    return None if document.cfdi_relacionados else {"CfdiRelacionados": "no existe"}


@rule(
    "NOTE05",
    Scope.DOCUMENT,
    "UsoCFDI",
    types="P",
    severity=INFO,
    es=(
        "Un complemento de pago lleva UsoCFDI CP01.",
        "Ponga CP01, pagos.",
    ),
    en=(
        "A payment complement has UsoCFDI CP01.",
        "Set CP01, payments.",
    ),
)
def payment_has_use_cp01(document, facts):
    use = document.receptor.uso_cfdi
    return None if use == "CP01" else {"UsoCFDI": use}


@rule(
    "NOTE06",
    Scope.DOCUMENT,
    "MetodoPago",
    types="I",
    severity=INFO,
    es=(
        "Una factura global es de ventas ya pagadas: su MetodoPago es PUE.",
        "Ponga PUE, y facture aparte las ventas a crédito.",
    ),
    en=(
        "A global invoice is of sales already paid: its MetodoPago is PUE.",
        "Set PUE, and invoice sales on credit apart.",
    ),
)
def global_is_paid(document, facts):
    is_due = document.informacion_global is not None and document.metodo_pago == "PPD"
    return {"MetodoPago": "PPD"} if is_due else None


@rule(
    "NOTE07",
    Scope.DOCUMENT,
    "Meses",
    severity=INFO,
    es=(
        "Meses es de un periodo que en la Fecha del comprobante no ha comenzado.",
        "Corrija el mes o el año de las ventas.",
    ),
    en=(
        "Meses is of a period that has not begun on the Fecha of the document.",
        "Correct the month or the year of the sales.",
    ),
)
def global_period_has_begun(document, facts):
    period = document.informacion_global
    if period is None or period.meses not in catalogs.months():
        return None
    begins = _first_month(int(period.meses))
    if (period.anio, begins) <= (document.fecha.year, document.fecha.month):
        return None
    return {"Meses": period.meses, "Año": period.anio, "Fecha": document.fecha.date()}


def _first_month(months):
    """Return the month with which a key of c_Meses begins: 13 to 18 are pairs of months."""
    return months if months <= 12 else 2 * (months - 12) - 1


@rule(
    "NOTE08",
    Scope.PAYMENT,
    "FechaPago",
    severity=INFO,
    es=(
        "FechaPago es posterior a la Fecha del comprobante: se declara un pago que no ha llegado.",
        "Corrija la fecha del pago.",
    ),
    en=(
        "FechaPago is after the Fecha of the document: it states a payment that has not come.",
        "Correct the day of the payment.",
    ),
)
def payment_has_come(payment, facts):
    paid, issued = payment.fecha_pago.date(), facts.document.fecha.date()
    return {"FechaPago": paid, "Fecha": issued} if paid > issued else None


@rule(
    "NOTE09",
    Scope.RELATED,
    "ImpuestosDR",
    severity=INFO,
    es=(
        "Las bases con IVA y sus impuestos suman más que ImpPagado: se declara IVA de más.",
        "Ponga en BaseDR e ImporteDR la parte que se pagó.",
    ),
    en=(
        "Bases with IVA and their taxes exceed ImpPagado: IVA is declared in excess.",
        "Set BaseDR and ImporteDR to the part that was paid.",
    ),
)
def taxes_are_of_what_was_paid(related, facts):
    taxes = related.impuestos_dr
    if taxes is None:
        return None
    stated = _stated_with_iva(taxes)
    # Each amount may have been rounded by up to a cent
    margin = _CENT * (1 + len(taxes.traslados_dr) + len(taxes.retenciones_dr))
    if stated <= related.imp_pagado + margin:
        return None
    return {"BaseDR + ImporteDR": stated, "ImpPagado": related.imp_pagado}


def _stated_with_iva(taxes):
    """Return what the bases of IVA come to with their IVA, less what is withheld; IEPS is in the base of the IVA."""
    with_iva = [tax for tax in taxes.traslados_dr if tax.impuesto_dr == catalogs.TAX_IVA]
    charged = sum((tax.base_dr + (tax.importe_dr or ZERO) for tax in with_iva), ZERO)
    return charged - sum((tax.importe_dr for tax in taxes.retenciones_dr), ZERO)


@rule(
    "NOTE10",
    Scope.DOCUMENT,
    "Nombre",
    severity=INFO,
    es=(
        "Un texto está escapado dos veces: en el documento se lee “&amp;” donde debe leerse “&”.",
        "Escriba el texto sin escapar; quien hace el XML lo escapa una vez.",
    ),
    en=(
        "A text is escaped twice: the document reads “&amp;” where it should read “&”.",
        "Write the text unescaped; whatever makes the XML escapes it once.",
    ),
)
def names_are_escaped_once(document, facts):
    return _escaped_twice(
        **{
            "Nombre (Emisor)": document.emisor.nombre,
            "Nombre (Receptor)": document.receptor.nombre,
            "CondicionesDePago": document.condiciones_de_pago,
        }
    )


@rule(
    "NOTE10",
    Scope.CONCEPT,
    "Descripcion",
    severity=INFO,
    es=(
        "Un texto está escapado dos veces: en el documento se lee “&amp;” donde debe leerse “&”.",
        "Escriba el texto sin escapar; quien hace el XML lo escapa una vez.",
    ),
    en=(
        "A text is escaped twice: the document reads “&amp;” where it should read “&”.",
        "Write the text unescaped; whatever makes the XML escapes it once.",
    ),
)
def description_is_escaped_once(concept, facts):
    return _escaped_twice(
        Descripcion=concept.descripcion, NoIdentificacion=concept.no_identificacion, Unidad=concept.unidad
    )


_ONE_IS_SHORT = {
    "severity": INFO,
    "es": ("Hay PAC que solo admiten “1”, sin decimales, cuando la moneda es la misma.", "Escriba 1."),
    "en": ("Some PACs admit only “1”, without decimals, when the currency is the same.", "Write 1."),
}


@rule("NOTE11", Scope.DOCUMENT, "TipoCambio", **_ONE_IS_SHORT)
def rate_of_peso_is_written_short(document, facts):
    return _one_with_decimals(TipoCambio=document.tipo_cambio)


@rule("NOTE11", Scope.PAYMENT, "TipoCambioP", **_ONE_IS_SHORT)
def rate_of_payment_is_written_short(payment, facts):
    return _one_with_decimals(TipoCambioP=payment.tipo_cambio_p)


@rule("NOTE11", Scope.RELATED, "EquivalenciaDR", **_ONE_IS_SHORT)
def rate_of_document_is_written_short(related, facts):
    return _one_with_decimals(EquivalenciaDR=related.equivalencia_dr)
