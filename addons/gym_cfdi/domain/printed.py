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

from . import sheet

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
    yield _paragraph(sheet.title_of(comprobante), _TITLE)
    yield _facts(sheet.facts_of_document(comprobante))
    yield Spacer(1, 6)


def _parties(comprobante):
    yield _boxes(
        sheet.PARTY_TITLES, [_lines(sheet.issuer_lines(comprobante)), _lines(sheet.receptor_lines(comprobante))]
    )
    yield Spacer(1, 6)


def _relations(comprobante):
    if facts := sheet.facts_of_relations(comprobante):
        yield _facts(facts)


def _concepts(comprobante):
    rows = [_row(sheet.row_of_concept(concept)) for concept in comprobante.conceptos]
    yield _table(sheet.CONCEPT_TITLES, rows, (2.6, 7.0, 2.4, 2.3, 2.0, 2.3))
    yield Spacer(1, 6)


def _payments(comprobante):
    for payment in comprobante.pagos.pagos if comprobante.pagos else ():
        yield _facts(sheet.facts_of_payment(payment))
        rows = [_row(sheet.row_of_paid(paid)) for paid in payment.docto_relacionado]
        yield _table(sheet.PAYMENT_TITLES, rows, (7.6, 2.0, 1.6, 2.5, 2.4, 2.5))
        yield Spacer(1, 6)


def _totals(comprobante):
    rows = sheet.sums_of(comprobante)
    table = [[_paragraph(label, _AMOUNT), _paragraph(sheet.amount(amount), _AMOUNT)] for label, amount in rows]
    table[-1] = [_paragraph(rows[-1][0], _TOTAL), _paragraph(sheet.amount(rows[-1][1]), _TOTAL)]
    yield Table(table, colWidths=(WIDTH - 3.5 * cm, 3.5 * cm), style=[("BOTTOMPADDING", (0, 0), (-1, -1), 1)])
    yield _paragraph(f"({sheet.words_of(comprobante)})", _AMOUNT)
    yield Spacer(1, 8)


def _stamp(comprobante):
    texts = [
        part
        for title, text in sheet.seals_of(comprobante)
        for part in (_paragraph(title, _HEAD), _paragraph(text, _SEAL))
    ]
    if address := sheet.qr_of(comprobante):
        yield Table([[_qr(address), texts]], colWidths=(QR_SIDE + 0.4 * cm, WIDTH - QR_SIDE - 0.4 * cm), style=_TOP)
        yield _paragraph(sheet.REPRESENTATION)
    else:
        yield from texts
        yield _paragraph(sheet.NOT_STAMPED, _HEAD)


# --- Pieces ----------------------------------------------------------------------------------------------------------

_TOP = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)]


def _paragraph(text, style=_TEXT):
    return Paragraph(escape(str(text)), style)


def _lines(texts, style=_TEXT):
    return [_paragraph(text, style) for text in texts if text]


def _row(cells):
    """Texts at the left up to the first number; a cell of several lines holds them all."""
    first, second, *numbers = cells
    return [*map(_cell, (first, second)), *(_cell(number, _AMOUNT) for number in numbers)]


def _cell(content, style=_TEXT):
    return _lines(content, style) if isinstance(content, list) else _paragraph(content, style)


def _facts(facts):
    """A list in two columns."""
    rows = [[_paragraph(label, _HEAD), _paragraph(value)] for label, value in facts]
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
