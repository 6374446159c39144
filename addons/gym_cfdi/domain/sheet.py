"""What the printed representation of a CFDI states (RMF 2.7.1.7), as plain texts in Spanish, no matter who lays it out.

Facts are pairs (label, text); those without a text are left out.
"""

from decimal import ROUND_HALF_UP, Decimal

from . import catalogs, qr
from .builder import cadena_of_timbre
from .words import amount_in_words

NOT_STAMPED = "SIN TIMBRAR: este documento no tiene validez fiscal."
NO_VALUE = "SIN VALIDEZ FISCAL: timbrado por un ambiente de pruebas."
CANCELLED = "CANCELADO ante el SAT."
REPRESENTATION = "Este documento es una representación impresa de un CFDI."
PARTY_TITLES = ("Emisor", "Receptor")
CONCEPT_TITLES = ("Clave", "Descripción", "Cantidad", "Valor unitario", "Descuento", "Importe")
_DISCOUNT = CONCEPT_TITLES.index("Descuento")
# A sale that no CFDI states (yet): (move type, whether posted)
PLAIN_NAMES = {
    ("out_invoice", True): "Recibo",
    ("out_refund", True): "Recibo de devolución",
    ("out_invoice", False): "Borrador",
    ("out_refund", False): "Borrador",
}
PAYMENT_TITLES = ("Documento", "Parcialidad", "Moneda", "Saldo anterior", "Pagado", "Saldo insoluto")

_CENT = Decimal("0.01")
_TAXES = {"001": "ISR", "002": "IVA", "003": "IEPS"}
_TOTALS_OF_PAYMENTS = (
    ("Retenciones de IVA", "total_retenciones_iva"),
    ("Retenciones de ISR", "total_retenciones_isr"),
    ("Retenciones de IEPS", "total_retenciones_ieps"),
    ("Base con IVA 16 %", "total_traslados_base_iva16"),
    ("IVA 16 %", "total_traslados_impuesto_iva16"),
    ("Base con IVA 8 %", "total_traslados_base_iva8"),
    ("IVA 8 %", "total_traslados_impuesto_iva8"),
    ("Base con IVA 0 %", "total_traslados_base_iva0"),
    ("IVA 0 %", "total_traslados_impuesto_iva0"),
    ("Base exenta de IVA", "total_traslados_base_iva_exento"),
    ("Monto total de los pagos (MXN)", "monto_total_pagos"),
)


# What people call a document; a CFDI of another kind is called as the SAT's catalogue does
_GLOBAL = "Factura global"
_NAMES = {"I": "Factura", "E": "Nota de crédito", "P": "Complemento de pago"}


def name_of(comprobante):
    """Return what people call the document: ``Factura``, ``Factura global``, ``Nota de crédito``..."""
    if comprobante.informacion_global:
        return _GLOBAL
    kind = comprobante.tipo_de_comprobante
    return _NAMES.get(kind) or named(catalogs.document_types(), kind)


def folio_of(comprobante):
    """Return serie and folio as one number."""
    return "-".join(filter(None, (comprobante.serie, comprobante.folio)))


def title_of(comprobante):
    return " ".join(filter(None, (name_of(comprobante), folio_of(comprobante))))


def facts_of_document(comprobante):
    timbre = comprobante.timbre
    return _present(
        ("Folio fiscal (UUID)", timbre.uuid if timbre else NOT_STAMPED.rstrip(".")),
        ("Tipo de comprobante", named(catalogs.document_types(), comprobante.tipo_de_comprobante)),
        ("Fecha de emisión", moment(comprobante.fecha)),
        ("Fecha de certificación", timbre and moment(timbre.fecha_timbrado)),
        ("Lugar de expedición", comprobante.lugar_expedicion),
        ("Certificado del emisor", comprobante.no_certificado),
        ("Certificado del SAT", timbre and timbre.no_certificado_sat),
        ("RFC del proveedor de certificación", timbre and timbre.rfc_prov_certif),
        ("Leyenda", timbre and timbre.leyenda),
        ("Exportación", named(catalogs.exports(), comprobante.exportacion)),
        ("Forma de pago", named(catalogs.payment_forms(), comprobante.forma_pago)),
        ("Método de pago", named(catalogs.payment_methods(), comprobante.metodo_pago)),
        ("Condiciones de pago", comprobante.condiciones_de_pago),
        ("Moneda", _currency(comprobante)),
    )


def facts_of_relations(comprobante):
    period = comprobante.informacion_global
    facts = []
    if period:
        facts += [
            ("Factura global, periodicidad", named(catalogs.periodicities(), period.periodicidad)),
            ("Periodo", f"{named(catalogs.months(), period.meses)} de {period.anio}"),
        ]
    for relation in comprobante.cfdi_relacionados:
        facts += [
            ("Relación", named(catalogs.relation_types(), relation.tipo_relacion)),
            ("CFDI", ", ".join(relation.uuids)),
        ]
    return facts


def issuer_lines(comprobante):
    return lines_of_issuer(comprobante.emisor)


def lines_of_issuer(issuer):
    """:param issuer: :class:`~.model.Emisor`"""
    return [issuer.nombre, f"RFC {issuer.rfc}", _regime(issuer.regimen_fiscal)]


def receptor_lines(comprobante):
    receptor = comprobante.receptor
    lines = [
        receptor.nombre,
        f"RFC {receptor.rfc}   C.P. {receptor.domicilio_fiscal_receptor}",
        _regime(receptor.regimen_fiscal_receptor),
        f"Uso: {named(catalogs.uses(), receptor.uso_cfdi)}",
        " ".join(filter(None, (receptor.residencia_fiscal, receptor.num_reg_id_trib))),
    ]
    return [line for line in lines if line]


def lines_of_concept(concept):
    """Description and what the SAT wants beside it, one text a line."""
    lines = [concept.descripcion]
    lines += [f"Predial {account}" for account in concept.cuenta_predial]
    lines += [f"Pedimento {number}" for number in concept.informacion_aduanera]
    if party := concept.a_cuenta_terceros:
        lines.append(f"A cuenta de {party.nombre_a_cuenta_terceros}, RFC {party.rfc_a_cuenta_terceros}")
    taxes = (*concept.impuestos.traslados, *concept.impuestos.retenciones) if concept.impuestos else ()
    return lines + [_tax_of_concept(tax) for tax in taxes]


def row_of_concept(concept):
    """The cells under :data:`CONCEPT_TITLES`; that of the description holds several lines."""
    return (
        f"{concept.clave_prod_serv} {concept.no_identificacion or ''}".rstrip(),
        lines_of_concept(concept),
        [f"{concept.cantidad:,f}", unit_of(concept)],
        amount(concept.valor_unitario),
        amount(concept.descuento),
        amount(concept.importe),
    )


def concept_table(rows):
    """Return titles and rows of concepts, without the column of discounts when nothing is discounted."""
    if any(row[_DISCOUNT] for row in rows):
        return CONCEPT_TITLES, rows
    return _without_discount(CONCEPT_TITLES), [_without_discount(row) for row in rows]


def _without_discount(row):
    return (*row[:_DISCOUNT], *row[_DISCOUNT + 1 :])


def unit_of(concept):
    """Return the unit with its name: ``E48 Unidad de servicio``."""
    return named(catalogs.units(), concept.clave_unidad) if not concept.unidad else concept.unidad


def row_of_paid(paid):
    """The cells under :data:`PAYMENT_TITLES`; that of the document holds several lines."""
    return (
        [paid.id_documento, *filter(None, [" ".join(filter(None, (paid.serie, paid.folio)))])],
        str(paid.num_parcialidad),
        paid.moneda_dr,
        amount(paid.imp_saldo_ant),
        amount(paid.imp_pagado),
        amount(paid.imp_saldo_insoluto),
    )


def facts_of_payment(payment):
    return _present(
        ("Pago recibido", moment(payment.fecha_pago)),
        ("Forma de pago", named(catalogs.payment_forms(), payment.forma_de_pago_p)),
        ("Monto", f"{amount(payment.monto)} {payment.moneda_p}"),
        ("Tipo de cambio", payment.tipo_cambio_p if payment.moneda_p != "MXN" else None),
        ("Número de operación", payment.num_operacion),
        *_taxes_of_payment(payment.impuestos_p),
    )


def _taxes_of_payment(taxes):
    """Return the facts of ImpuestosP, in the currency of the payment."""
    if taxes is None:
        return
    for tax in taxes.traslados_p:
        charged = f"{amount(tax.importe_p)} sobre {amount(tax.base_p)}".strip()
        yield _name_of_tax(tax.impuesto_p, tax.tipo_factor_p, tax.tasa_o_cuota_p), charged
    for tax in taxes.retenciones_p:
        yield f"{_TAXES.get(tax.impuesto_p, tax.impuesto_p)} retenido", amount(tax.importe_p)


def sums_of(comprobante):
    """Return the rows below the table as pairs (label, amount); the last one is the total."""
    if comprobante.pagos:
        totals = comprobante.pagos.totales
        rows = [(label, getattr(totals, name)) for label, name in _TOTALS_OF_PAYMENTS]
        return [(label, total) for label, total in rows if total is not None]
    rows = [("Subtotal", comprobante.sub_total)]
    if comprobante.descuento:
        rows.append(("Descuento", comprobante.descuento))
    taxes = comprobante.impuestos
    for tax in taxes.traslados if taxes else ():
        rows.append((f"{_tax_name(tax)} sobre {tax.base:,f}", tax.importe))
    for tax in taxes.retenciones if taxes else ():
        rows.append((f"{_TAXES.get(tax.impuesto, tax.impuesto)} retenido", tax.importe))
    local = comprobante.impuestos_locales
    for tax in local.traslados_locales if local else ():
        rows.append((tax.imp_loc_trasladado, tax.importe))
    for tax in local.retenciones_locales if local else ():
        rows.append((f"{tax.imp_loc_retenido} retenido", tax.importe))
    return [*rows, (f"Total {comprobante.moneda}", comprobante.total)]


def words_of(comprobante):
    """Return the total in words."""
    if comprobante.pagos:
        return amount_in_words(comprobante.pagos.totales.monto_total_pagos, "MXN")
    return amount_in_words(comprobante.total, comprobante.moneda)


def seals_of(comprobante):
    """Return the seals and the cadena of the stamp as pairs (title, text)."""
    timbre = comprobante.timbre
    return _present(
        ("Sello digital del CFDI", comprobante.sello),
        ("Sello digital del SAT", timbre and timbre.sello_sat),
        (
            "Cadena original del complemento de certificación digital del SAT",
            timbre and cadena_of_timbre(timbre),
        ),
    )


def qr_of(comprobante):
    """Return the address in the QR, or ``None`` when the document is not stamped."""
    return qr.url_of(comprobante) if comprobante.timbre and comprobante.sello else None


def named(catalog, key):
    """``04 Tarjeta de crédito``; a key out of the catalogue stands alone, no key is nothing."""
    entry = catalog.get(key) if key else None
    return f"{key} {entry.name}" if entry else key


def amount(value):
    return "" if value is None else f"{value:,f}"


def money(value):
    """Return an amount of Odoo, a float, to the cent."""
    return Decimal(str(value)).quantize(_CENT, ROUND_HALF_UP)


def tax_label(kind, percent):
    """Return ``IVA 16 %``, or ``ISR 1.25 % retenido`` for a negative rate.

    :param str kind: ``iva``, ``isr`` or ``ieps``
    """
    rate = f"{abs(Decimal(str(percent))).normalize():f}"
    return f"{kind.upper()} {rate} %" + (" retenido" if percent < 0 else "")


def moment(value):
    return f"{value:%d/%m/%Y %H:%M:%S}"


def _present(*facts):
    return [(label, text) for label, text in facts if text]


def _regime(key):
    return f"Régimen: {named(catalogs.regimes(), key)}"


def _currency(comprobante):
    rate = comprobante.tipo_cambio
    return f"{comprobante.moneda}, tipo de cambio {rate:f}" if rate and rate != 1 else comprobante.moneda


def _tax_of_concept(tax):
    result = "" if tax.importe is None else f": {amount(tax.importe)}"
    return f"{_tax_name(tax)} sobre {amount(tax.base)}{result}"


def _tax_name(tax):
    return _name_of_tax(tax.impuesto, tax.tipo_factor, tax.tasa_o_cuota)


def _name_of_tax(key, factor, rate):
    name = _TAXES.get(key, key)
    if rate is None:
        return f"{name} {factor.lower()}"
    if factor == "Tasa":
        return f"{name} {(rate * 100).normalize():f} %"
    return f"{name} cuota {rate:f}"
