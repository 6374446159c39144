"""The global invoice: many sales to customers without RFC in one CFDI (guía de llenado del CFDI global 4.0).

Each ticket is one concept with its own taxes, so that a customer who asks later can be given an invoice of that ticket
alone. A ticket keeps its total to the cent: when its taxes, rounded line by line at the till, are outside what the SAT
admits for their sum (CFDI40180), it is stated as several concepts with the same number. Taxes withheld are not
allowed here, such a sale needs an invoice of its own.
"""

import itertools
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from . import model
from .amounts import WITHHELD, Concept, InvoiceLine, add_up, amounts_of_invoice
from .builder import build
from .composition import compose_concept, compose_totals
from .errors import CfdiError
from .names import PUBLIC_IN_GENERAL
from .rfc import GENERIC_NATIONAL
from .spreading import AmountsError

CURRENCY = "MXN"
PRODUCT_KEY, UNIT_KEY, DESCRIPTION = "01010101", "ACT", "Venta"
# A credit note states services of invoicing, as the guía has it
CREDIT_PRODUCT_KEY = "84111506"
REGIME, USE = "616", "S01"
CREDIT_NOTE = "01"

# Sello, NoCertificado and Certificado, in base64
SEAL_BYTES = 3_500

_MOST_OF_NUMBER = 100
_ZERO = Decimal(0)
_NO_EXPORT, _AT_ONCE = "01", "PUE"
_TO_BE_DEFINED = "99"


class TicketError(CfdiError):
    """A sale that cannot be part of a global invoice."""

    code = "TICKET"


@dataclass(frozen=True)
class Ticket:
    """A sale without invoice.

    :param str number: by which the customer finds it
    :param lines: :class:`~.amounts.InvoiceLine` as sold, negative ones for what was returned before it was invoiced
    :param str payment_form: c_FormaPago, how it was paid
    :param date day: civil day of the sale at the place of issue
    :param str currency: of the amounts
    :param CfdiError problem: why its amounts cannot be told
    :param reference: whatever the caller knows it by
    """

    number: str
    lines: tuple[InvoiceLine, ...]
    payment_form: str = _TO_BE_DEFINED
    day: date | None = None
    currency: str = CURRENCY
    problem: CfdiError | None = None
    reference: object = None

    @property
    def total(self):
        """What the customer paid, with taxes."""
        return sum((line.net + sum((_signed(tax) for tax in line.taxes), _ZERO) for line in self.lines), _ZERO)


@dataclass(frozen=True)
class Stated:
    """A ticket with the concepts that state it."""

    ticket: Ticket
    concepts: tuple[Concept, ...]


def state(ticket):
    """Return the :class:`Stated` of a ticket; its concepts add up to its total.

    :raise TicketError: when a global invoice cannot hold it
    """
    problem = _objection(ticket)
    if problem:
        raise problem
    concepts = _as_one(ticket) or _line_by_line(ticket)
    return Stated(ticket, concepts)


def _as_one(ticket):
    """Return its one concept, or ``None`` when the SAT's limits do not admit it."""
    try:
        return amounts_of_invoice([_merged(ticket)]).concepts
    except AmountsError:
        return None


def _line_by_line(ticket):
    try:
        return amounts_of_invoice(ticket.lines).concepts
    except AmountsError as error:
        raise TicketError(es=(f"{ticket.number}: {error.text('es')}", error.remedy("es")), en=_own(ticket)) from error


def divide(tickets):
    """Tell the tickets that a global invoice can hold from the others.

    Those whose whole amount was returned, or that cost nothing, are neither: there is nothing to invoice.

    :return: list of :class:`Stated`, and list of pairs of ticket and :class:`TicketError`
    """
    stated, refused = [], []
    for ticket in tickets:
        if not ticket.total and not ticket.problem:
            continue
        try:
            stated.append(state(ticket))
        except TicketError as error:
            refused.append((ticket, error))
    return stated, refused


def split(stated, most_tickets, most_bytes, size_of):
    """Return the tickets as one list for each document, in their order: as few and as even as the limits admit.

    A document of one ticket is never split, whatever its size.

    :param stated: the :class:`Stated` tickets, at least one
    :param int most_tickets: of one document; 0 for no limit
    :param int most_bytes: of one document's XML with its seal; 0 for no limit
    :param size_of: function from a list of tickets to the bytes of their document
    """
    count = -(-len(stated) // most_tickets) if most_tickets else 1
    if most_bytes:
        count = max(count, -(-size_of(stated) // most_bytes))
    while True:
        count = min(count, len(stated))
        chunks = _even_chunks(stated, count)
        if count == len(stated) or not most_bytes or all(size_of(chunk) <= most_bytes for chunk in chunks):
            return chunks
        count += 1


def _even_chunks(items, count):
    limits = [len(items) * number // count for number in range(count + 1)]
    return [items[start:end] for start, end in itertools.pairwise(limits)]


def bytes_of(comprobante):
    """Return how large the XML of a document will be once it is sealed, within some hundred bytes."""
    return len(build(comprobante)) + SEAL_BYTES


def join(tickets):
    """Return the tickets with those of one number made one: a sale, and what was returned of it.

    Day and form of payment are those of the sale, the one with the largest total; ``reference`` is the list of all.
    """
    by_number = {}
    for ticket in tickets:
        by_number.setdefault(ticket.number, []).append(ticket)
    return [_joined(parts) for parts in by_number.values()]


def _joined(parts):
    sale = max(parts, key=lambda part: part.total)
    return replace(
        sale,
        lines=tuple(line for part in parts for line in part.lines),
        problem=next((part.problem for part in parts if part.problem), None),
        reference=[part.reference for part in parts],
    )


def returned(ticket, number, day):
    """Return the ticket of a return: the lines that a credit note states as positive, taken from the sale ``number``.

    :param date day: of the sale
    """
    lines = tuple(
        replace(
            line,
            net=-line.net,
            gross=None if line.gross is None else -line.gross,
            taxes=tuple(replace(tax, base=-tax.base, amount=-tax.amount) for tax in line.taxes),
        )
        for line in ticket.lines
    )
    return replace(ticket, number=number, day=day, lines=lines)


def form_of(stated):
    """Return FormaPago: that of the largest ticket of which it is known; among equals, of the first one."""
    known = [item.ticket for item in stated if item.ticket.payment_form != _TO_BE_DEFINED]
    return max(known, key=lambda ticket: ticket.total).payment_form if known else _TO_BE_DEFINED


def compose(stated, period, issuer, place, fecha, **values):
    """Return the global invoice, neither checked nor sealed.

    :param stated: the :class:`Stated` tickets, at least one
    :param Period period: of the sales
    :param issuer: :class:`~.model.Emisor`
    :param str place: LugarExpedicion
    :param datetime fecha: naive, by the clock of the place
    :param values: serie, folio, cfdi_relacionados
    """
    return _document(
        stated,
        issuer,
        place,
        fecha,
        PRODUCT_KEY,
        tipo_de_comprobante="I",
        informacion_global=model.InformacionGlobal(
            periodicidad=period.periodicity, meses=period.months, anio=period.year
        ),
        **values,
    )


def compose_credit(stated, global_uuid, issuer, place, fecha, **values):
    """Return the credit note that takes tickets out of a stamped global invoice (same guía, appendix 2).

    :param str global_uuid: UUID of the global invoice
    """
    relation = model.CfdiRelacionados(tipo_relacion=CREDIT_NOTE, uuids=(global_uuid,))
    kind = {"tipo_de_comprobante": "E", "cfdi_relacionados": (relation,)}
    return _document(stated, issuer, place, fecha, CREDIT_PRODUCT_KEY, **kind, **values)


def _document(stated, issuer, place, fecha, product_key, **values):
    return model.Comprobante(
        fecha=fecha,
        forma_pago=form_of(stated),
        moneda=CURRENCY,
        exportacion=_NO_EXPORT,
        metodo_pago=_AT_ONCE,
        lugar_expedicion=place,
        emisor=issuer,
        receptor=model.Receptor(
            rfc=GENERIC_NATIONAL,
            nombre=PUBLIC_IN_GENERAL,
            domicilio_fiscal_receptor=place,
            regimen_fiscal_receptor=REGIME,
            uso_cfdi=USE,
        ),
        conceptos=tuple(
            compose_concept(
                concept,
                clave_prod_serv=product_key,
                no_identificacion=item.ticket.number[:_MOST_OF_NUMBER],
                clave_unidad=UNIT_KEY,
                descripcion=DESCRIPTION,
            )
            for item in stated
            for concept in item.concepts
        ),
        **compose_totals(add_up(tuple(concept for item in stated for concept in item.concepts))),
        **values,
    )


# --- One ticket -------------------------------------------------------------------------------------------------------


def _merged(ticket):
    """Return the ticket as one line: one unit, amounts and taxes added up."""
    net = sum((line.net for line in ticket.lines), _ZERO)
    gross = sum((line.net if line.gross is None else line.gross for line in ticket.lines), _ZERO)
    taxes = {}
    for tax in (tax for line in ticket.lines for tax in line.taxes):
        known = taxes.get(tax.key)
        taxes[tax.key] = replace(known, base=known.base + tax.base, amount=known.amount + tax.amount) if known else tax
    left = tuple(tax for tax in taxes.values() if tax.base or tax.amount)
    if any(tax.base <= 0 for tax in left):
        raise _returned_more(ticket)
    return InvoiceLine(quantity=Decimal(1), net=net, gross=gross if gross > net else None, taxes=left)


def _returned_more(ticket):
    return AmountsError(
        es=(f"{ticket.number}: de una tasa se devolvió más de lo que se vendió.", "Factúrelo por separado."),
        en=(f"{ticket.number}: at one rate more was returned than sold.", "Invoice it on its own."),
    )


def _signed(tax):
    return -tax.amount if tax.kind == WITHHELD else tax.amount


def _own(ticket):
    return (f"{ticket.number} cannot be stated in a global invoice.", "Make an invoice of its own.")


def _objection(ticket):
    """Return why a ticket cannot be part of any global invoice, or ``None``."""
    if ticket.problem:
        return TicketError(es=ticket.problem.es, en=ticket.problem.en)
    if ticket.currency != CURRENCY:
        return TicketError(
            es=(f"{ticket.number} está en {ticket.currency}.", "Haga una factura propia; la global es en pesos."),
            en=(f"{ticket.number} is in {ticket.currency}.", "Make an invoice of its own; the global is in pesos."),
        )
    if any(tax.kind == WITHHELD for line in ticket.lines for tax in line.taxes):
        return TicketError(
            es=(f"{ticket.number} tiene retenciones.", "Haga una factura propia; la global no las admite."),
            en=(f"{ticket.number} has taxes withheld.", "Make an invoice of its own; the global admits none."),
        )
    if ticket.total < 0:
        return TicketError(
            es=(f"{ticket.number} devuelve más de lo que vende.", "Haga la nota de crédito de la venta original."),
            en=(f"{ticket.number} returns more than it sells.", "Make the credit note of the original sale."),
        )
    return None
