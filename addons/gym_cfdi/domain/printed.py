"""The printed representation of a CFDI (RMF 2.7.1.7), for those without Odoo: one PDF in Spanish."""

import io
from xml.sax.saxutils import escape

from reportlab.graphics.barcode import qr as barcode
from reportlab.graphics.shapes import Drawing
from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

from . import catalogs, qr
from .builder import cadena_of_timbre
from .words import amount_in_words

# Anexo 20 asks for 2.75 cm; the quiet zone around the code is not counted
QR_SIDE = 3.4 * cm
WIDTH = LETTER[0] - 3 * cm

_INK, _SOFT = colors.HexColor("#1f2933"), colors.HexColor("#e4e7eb")
_TEXT = ParagraphStyle("text", fontName="Helvetica", fontSize=8, leading=10, textColor=_INK)
_TITLE = ParagraphStyle("title", _TEXT, fontName="Helvetica-Bold", fontSize=13, leading=16)
_HEAD = ParagraphStyle("head", _TEXT, fontName="Helvetica-Bold")
_AMOUNT = ParagraphStyle("amount", _TEXT, alignment=TA_RIGHT)
_TOTAL = ParagraphStyle("total", _AMOUNT, fontName="Helvetica-Bold", fontSize=10, leading=13)
# Seals have no spaces: break anywhere
_SEAL = ParagraphStyle("seal", _TEXT, fontName="Courier", fontSize=5.5, leading=6.5, wordWrap="CJK")

_TAXES = {"001": "ISR", "002": "IVA", "003": "IEPS"}


def pdf_of(comprobante):
    """Return the PDF of a document, stamped or not; one without a stamp says so.

    :param comprobante: :class:`~.model.Comprobante`
    """
    output = io.BytesIO()
    folio = "".join(filter(None, (comprobante.serie, comprobante.folio)))
    document = SimpleDocTemplate(
        output,
        pagesize=LETTER,
        leftMargin=1.5 * cm,
        rightMargin=1.5 * cm,
        topMargin=1.5 * cm,
        bottomMargin=1.5 * cm,
        title=f"CFDI {folio}".strip(),
        author=comprobante.emisor.nombre,
    )
    sections = (_header, _parties, _relations, _concepts, _payments, _totals, _stamp)
    document.build([part for section in sections for part in section(comprobante)], onLaterPages=_page_number)
    return output.getvalue()


# --- Sections --------------------------------------------------------------------------------------------------------


def _header(comprobante):
    kind = _named(catalogs.document_types(), comprobante.tipo_de_comprobante)
    folio = " ".join(filter(None, (comprobante.serie, comprobante.folio)))
    yield _paragraph(f"CFDI {kind}" + (f"  {folio}" if folio else ""), _TITLE)
    timbre = comprobante.timbre
    yield _facts(
        ("Folio fiscal (UUID)", timbre.uuid if timbre else "SIN TIMBRAR: este documento no tiene validez fiscal"),
        ("Fecha de emisión", _moment(comprobante.fecha)),
        ("Fecha de certificación", timbre and _moment(timbre.fecha_timbrado)),
        ("Lugar de expedición", comprobante.lugar_expedicion),
        ("Certificado del emisor", comprobante.no_certificado),
        ("Certificado del SAT", timbre and timbre.no_certificado_sat),
        ("RFC del proveedor de certificación", timbre and timbre.rfc_prov_certif),
        ("Leyenda", timbre and timbre.leyenda),
        ("Exportación", _named(catalogs.exports(), comprobante.exportacion)),
        ("Forma de pago", _named(catalogs.payment_forms(), comprobante.forma_pago)),
        ("Método de pago", _named(catalogs.payment_methods(), comprobante.metodo_pago)),
        ("Condiciones de pago", comprobante.condiciones_de_pago),
        ("Moneda", _currency(comprobante)),
    )
    yield Spacer(1, 6)


def _parties(comprobante):
    issuer, receptor = comprobante.emisor, comprobante.receptor
    yield _boxes(
        ("Emisor", "Receptor"),
        [
            _lines(issuer.nombre, f"RFC {issuer.rfc}", _regime(issuer.regimen_fiscal)),
            _lines(
                receptor.nombre,
                f"RFC {receptor.rfc}   C.P. {receptor.domicilio_fiscal_receptor}",
                _regime(receptor.regimen_fiscal_receptor),
                f"Uso: {_named(catalogs.uses(), receptor.uso_cfdi)}",
                " ".join(filter(None, (receptor.residencia_fiscal, receptor.num_reg_id_trib))),
            ),
        ],
    )
    yield Spacer(1, 6)


def _relations(comprobante):
    period = comprobante.informacion_global
    if period:
        yield _facts(
            ("Factura global, periodicidad", _named(catalogs.periodicities(), period.periodicidad)),
            ("Periodo", f"{_named(catalogs.months(), period.meses)} de {period.anio}"),
        )
    for relation in comprobante.cfdi_relacionados:
        yield _facts(
            ("Relación", _named(catalogs.relation_types(), relation.tipo_relacion)), ("CFDI", ", ".join(relation.uuids))
        )


def _concepts(comprobante):
    rows = [
        [
            _paragraph(f"{concept.clave_prod_serv} {concept.no_identificacion or ''}"),
            _lines(
                concept.descripcion,
                *(f"Predial {account}" for account in concept.cuenta_predial),
                *(f"Pedimento {number}" for number in concept.informacion_aduanera),
                _third_party(concept.a_cuenta_terceros),
                *(_tax_of_concept(tax) for tax in _taxes_of(concept)),
            ),
            _paragraph(f"{concept.cantidad:,f} {concept.unidad or concept.clave_unidad}", _AMOUNT),
            _amount(concept.valor_unitario),
            _amount(concept.descuento),
            _amount(concept.importe),
        ]
        for concept in comprobante.conceptos
    ]
    titles = ("Clave", "Descripción", "Cantidad", "Valor unitario", "Descuento", "Importe")
    yield _table(titles, rows, (2.6, 7.0, 2.4, 2.3, 2.0, 2.3))
    yield Spacer(1, 6)


def _payments(comprobante):
    complement = comprobante.pagos
    if complement is None:
        return
    for payment in complement.pagos:
        yield _facts(
            ("Pago recibido", _moment(payment.fecha_pago)),
            ("Forma de pago", _named(catalogs.payment_forms(), payment.forma_de_pago_p)),
            ("Monto", f"{payment.monto:,f} {payment.moneda_p}"),
            ("Tipo de cambio", payment.tipo_cambio_p if payment.moneda_p != "MXN" else None),
            ("Número de operación", payment.num_operacion),
        )
        rows = [
            [
                _lines(paid.id_documento, " ".join(filter(None, (paid.serie, paid.folio)))),
                _paragraph(str(paid.num_parcialidad), _AMOUNT),
                _paragraph(paid.moneda_dr),
                _amount(paid.imp_saldo_ant),
                _amount(paid.imp_pagado),
                _amount(paid.imp_saldo_insoluto),
            ]
            for paid in payment.docto_relacionado
        ]
        titles = ("Documento", "Parcialidad", "Moneda", "Saldo anterior", "Pagado", "Saldo insoluto")
        yield _table(titles, rows, (7.6, 2.0, 1.6, 2.5, 2.4, 2.5))
        yield Spacer(1, 6)


def _totals(comprobante):
    complement = comprobante.pagos
    if complement:
        rows = [("Monto total de los pagos (MXN)", complement.totales.monto_total_pagos)]
        total, currency = complement.totales.monto_total_pagos, "MXN"
    else:
        rows = list(_sums(comprobante))
        total, currency = comprobante.total, comprobante.moneda
    table = [[_paragraph(label, _AMOUNT), _amount(amount)] for label, amount in rows]
    table[-1] = [_paragraph(rows[-1][0], _TOTAL), _paragraph(f"{rows[-1][1]:,f}", _TOTAL)]
    yield Table(table, colWidths=(WIDTH - 3.5 * cm, 3.5 * cm), style=[("BOTTOMPADDING", (0, 0), (-1, -1), 1)])
    yield _paragraph(f"({amount_in_words(total, currency)})", _AMOUNT)
    yield Spacer(1, 8)


def _sums(comprobante):
    yield "Subtotal", comprobante.sub_total
    if comprobante.descuento:
        yield "Descuento", comprobante.descuento
    taxes = comprobante.impuestos
    for tax in taxes.traslados if taxes else ():
        yield f"{_tax_name(tax)} sobre {tax.base:,f}", tax.importe
    for tax in taxes.retenciones if taxes else ():
        yield f"{_TAXES.get(tax.impuesto, tax.impuesto)} retenido", tax.importe
    local = comprobante.impuestos_locales
    for tax in local.traslados_locales if local else ():
        yield tax.imp_loc_trasladado, tax.importe
    for tax in local.retenciones_locales if local else ():
        yield f"{tax.imp_loc_retenido} retenido", tax.importe
    yield f"Total {comprobante.moneda}", comprobante.total


def _stamp(comprobante):
    timbre = comprobante.timbre
    seals = [("Sello digital del CFDI", comprobante.sello)]
    if timbre:
        seals += [
            ("Sello digital del SAT", timbre.sello_sat),
            ("Cadena original del complemento de certificación digital del SAT", cadena_of_timbre(timbre)),
        ]
    texts = [part for title, text in seals if text for part in (_paragraph(title, _HEAD), _paragraph(text, _SEAL))]
    if timbre and comprobante.sello:
        code = _qr(qr.url_of(comprobante))
        yield Table([[code, texts]], colWidths=(QR_SIDE + 0.4 * cm, WIDTH - QR_SIDE - 0.4 * cm), style=_TOP)
        yield _paragraph("Este documento es una representación impresa de un CFDI.")
    else:
        yield from texts
        yield _paragraph("SIN TIMBRAR: este documento no tiene validez fiscal.", _HEAD)


# --- Pieces ----------------------------------------------------------------------------------------------------------

_TOP = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)]


def _paragraph(text, style=_TEXT):
    return Paragraph(escape(str(text)), style)


def _lines(*texts):
    return [_paragraph(text) for text in texts if text]


def _amount(value):
    return _paragraph("" if value is None else f"{value:,f}", _AMOUNT)


def _facts(*pairs):
    """A two-column list; pairs without a value are left out."""
    rows = [[_paragraph(label, _HEAD), _paragraph(value)] for label, value in pairs if value]
    style = [*_TOP, ("BOTTOMPADDING", (0, 0), (-1, -1), 0), ("TOPPADDING", (0, 0), (-1, -1), 1)]
    return Table(rows, colWidths=(5.2 * cm, WIDTH - 5.2 * cm), style=style)


def _boxes(titles, cells):
    style = [
        ("BACKGROUND", (0, 0), (-1, 0), _SOFT),
        ("BOX", (0, 0), (-1, -1), 0.5, _SOFT),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
    head = [_paragraph(title, _HEAD) for title in titles]
    return Table([head, cells], colWidths=(WIDTH / 2, WIDTH / 2), style=style)


def _table(titles, rows, widths_cm):
    total = sum(widths_cm)
    style = [
        ("BACKGROUND", (0, 0), (-1, 0), _SOFT),
        ("LINEBELOW", (0, 1), (-1, -1), 0.25, _SOFT),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
    head = [_paragraph(title, _HEAD) for title in titles]
    return Table([head, *rows], colWidths=[WIDTH * width / total for width in widths_cm], style=style, repeatRows=1)


def _qr(address):
    code = barcode.QrCodeWidget(address, barLevel="M")
    left, bottom, right, top = code.getBounds()
    scale = QR_SIDE / (right - left)
    return Drawing(QR_SIDE, QR_SIDE, code, transform=[scale, 0, 0, QR_SIDE / (top - bottom), -left * scale, 0])


def _page_number(canvas, document):
    canvas.setFont("Helvetica", 7)
    canvas.drawRightString(LETTER[0] - 1.5 * cm, cm, f"Página {document.page}")


def _named(catalog, key):
    """``04 Tarjeta de crédito``; a key out of the catalogue stands alone, no key is nothing."""
    entry = catalog.get(key) if key else None
    return f"{key} {entry.name}" if entry else key


def _regime(key):
    return f"Régimen: {_named(catalogs.regimes(), key)}"


def _currency(comprobante):
    rate = comprobante.tipo_cambio
    return f"{comprobante.moneda}, tipo de cambio {rate:f}" if rate and rate != 1 else comprobante.moneda


def _moment(value):
    return f"{value:%d/%m/%Y %H:%M:%S}"


def _third_party(party):
    return party and f"A cuenta de {party.nombre_a_cuenta_terceros}, RFC {party.rfc_a_cuenta_terceros}"


def _taxes_of(concept):
    taxes = concept.impuestos
    return (*taxes.traslados, *taxes.retenciones) if taxes else ()


def _tax_of_concept(tax):
    amount = "" if tax.importe is None else f": {tax.importe:,f}"
    return f"{_tax_name(tax)} sobre {tax.base:,f}{amount}"


def _tax_name(tax):
    name = _TAXES.get(tax.impuesto, tax.impuesto)
    if tax.tasa_o_cuota is None:
        return f"{name} {tax.tipo_factor.lower()}"
    if tax.tipo_factor == "Tasa":
        return f"{name} {(tax.tasa_o_cuota * 100).normalize():f} %"
    return f"{name} cuota {tax.tasa_o_cuota:f}"
