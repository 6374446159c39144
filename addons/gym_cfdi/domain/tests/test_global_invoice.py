"""The global invoice says what the tickets said, to the cent, and the SAT takes it."""

import time
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gym_cfdi.domain import model, xsd
from gym_cfdi.domain.builder import build
from gym_cfdi.domain.global_invoice import (
    Ticket,
    TicketError,
    bytes_of,
    compose,
    compose_credit,
    divide,
    form_of,
    join,
    returned,
    split,
    state,
)
from gym_cfdi.domain.periods import MONTH, PERIODICITIES, TWO_MONTHS, period_of
from gym_cfdi.domain.reader import parse
from gym_cfdi.domain.rules import ERROR, check
from gym_cfdi.domain.seal import seal

from .certificates import csd
from .test_amounts import EXEMPT, IEPS8, IVA0, IVA8, IVA16, RET_ISR, Typed, line, post, typed_lines

ISSUER = model.Emisor(rfc="EKU9003173C9", nombre="ESCUELA KEMPER URGATE", regimen_fiscal="601")
PLACE = "42501"
FECHA = datetime(2026, 12, 1, 0, 5)
NOVEMBER = period_of(date(2026, 11, 20), MONTH)


def ticket(number="T-1", *lines, form="01", **values):
    return Ticket(number, lines or (line("86.21", IVA16),), form, **values)


def globally(tickets, period=NOVEMBER, issuer=ISSUER):
    stated, refused = divide(tickets)
    assert refused == []
    return compose(stated, period, issuer, PLACE, FECHA, serie="G", folio="1")


def errors(comprobante, at=None):
    return [(item.code, item.observed) for item in check(comprobante, at) if item.severity == ERROR]


def assert_taken(comprobante):
    assert errors(comprobante) == []
    assert [item.text("en") for item in xsd.violations(parse(build(comprobante)))] == []


# --- What the guide prescribes ----------------------------------------------------------------------------------------


def test_it_is_written_as_the_guide_says():
    document = globally([ticket("T-1", line("86.21", IVA16)), ticket("T-2", line("50.00", EXEMPT))])
    assert_taken(document)
    assert document.informacion_global == model.InformacionGlobal(periodicidad="04", meses="11", anio=2026)
    receptor = document.receptor
    assert (receptor.rfc, receptor.nombre) == ("XAXX010101000", "PUBLICO EN GENERAL")
    assert (receptor.domicilio_fiscal_receptor, receptor.regimen_fiscal_receptor) == (PLACE, "616")
    assert receptor.uso_cfdi == "S01"
    assert (document.tipo_de_comprobante, document.metodo_pago, document.exportacion) == ("I", "PUE", "01")
    assert document.condiciones_de_pago is None
    first, second = document.conceptos
    assert (first.clave_prod_serv, first.clave_unidad, first.unidad) == ("01010101", "ACT", None)
    assert (first.no_identificacion, first.descripcion, first.cantidad) == ("T-1", "Venta", 1)
    assert (first.valor_unitario, first.importe) == (Decimal("86.21"), Decimal("86.21"))
    assert second.impuestos.traslados[0].tipo_factor == "Exento"
    assert document.total == Decimal("150.00")


def test_a_ticket_of_every_rate_is_one_concept():
    lines = (line("100.00", IVA16), line("50.00", IVA8), line("30.00", IVA0), line("20.00", EXEMPT), line("10.00"))
    document = globally([ticket("T-1", *lines)])
    assert_taken(document)
    (concept,) = document.conceptos
    assert concept.importe == Decimal("210.00")
    assert sorted((tax.tipo_factor, tax.tasa_o_cuota, tax.base) for tax in concept.impuestos.traslados[1:]) == [
        ("Tasa", Decimal("0.000000"), Decimal("30.00")),
        ("Tasa", Decimal("0.080000"), Decimal("50.00")),
        ("Tasa", Decimal("0.160000"), Decimal("100.00")),
    ]
    assert document.total == Decimal("230.00")


def test_ieps_and_iva_apart():
    bottle = replace(line("100.00", IVA16, IEPS8))
    document = globally([ticket("T-1", bottle)])
    assert {(tax.impuesto, tax.importe) for tax in document.impuestos.traslados} == {
        ("002", Decimal("16.00")),
        ("003", Decimal("8.00")),
    }


def test_a_discount_is_shown():
    (concept,) = globally([ticket("T-1", line("90.00", IVA16, gross="100.00"))]).conceptos
    assert (concept.importe, concept.descuento) == (Decimal("100.00"), Decimal("10.00"))


def test_the_form_of_payment_is_that_of_the_largest_ticket():
    tickets = [ticket("T-1", form="01"), ticket("T-2", line("900.00", IVA16), form="04"), ticket("T-3", form="28")]
    assert globally(tickets).forma_pago == "04"
    unknown = ticket("T-4", line("9000.00", IVA16), form="99")
    assert globally([*tickets, unknown]).forma_pago == "04"
    assert form_of(divide([unknown])[0]) == "99"


def test_a_long_number_is_cut():
    assert_taken(globally([ticket("T" * 150)]))


@pytest.mark.parametrize("periodicity", PERIODICITIES)
def test_every_periodicity(periodicity):
    issuer = replace(ISSUER, regimen_fiscal="621", rfc="CACX7605101P8") if periodicity == TWO_MONTHS else ISSUER
    assert_taken(globally([ticket()], period_of(date(2026, 11, 20), periodicity), issuer))


def test_december_is_issued_in_january():
    period = period_of(date(2026, 12, 31), MONTH)
    document = replace(globally([ticket()], period), fecha=datetime(2027, 1, 1, 0, 10))
    assert (document.informacion_global.meses, document.informacion_global.anio) == ("12", 2026)
    assert errors(document) == []


# --- What it cannot hold ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "bad, text",
    [
        (ticket("T-1", line("100.00", IVA16, RET_ISR)), "withheld"),
        (ticket("T-1", currency="USD"), "USD"),
        (ticket("T-1", line("-5.00", IVA16)), "returns more"),
        (ticket("T-1", line("-50.00", IVA16), line("80.00", IVA0)), "of its own"),
        (ticket("T-1", line("100.00", IVA16, amount="17.00")), "of its own"),
    ],
)
def test_what_needs_an_invoice_of_its_own(bad, text):
    with pytest.raises(TicketError, match=text):
        state(bad)
    stated, refused = divide([ticket("T-2"), bad])
    assert [item.ticket.number for item in stated] == ["T-2"]
    assert [pair[0] for pair in refused] == [bad]


def test_what_costs_nothing_is_left_out():
    returned = ticket("T-1", line("100.00", IVA16), line("-100.00", IVA16))
    free = ticket("T-2", line("0.00", IVA16, gross="50.00"))
    assert divide([returned, free]) == ([], [])


def test_what_was_returned_in_part_is_stated_as_what_is_left():
    document = globally([ticket("T-1", line("100.00", IVA16), line("50.00", IVA0), line("-100.00", IVA16))])
    (concept,) = document.conceptos
    assert (concept.importe, concept.descuento) == (Decimal("50.00"), None)
    assert [tax.tasa_o_cuota for tax in concept.impuestos.traslados] == [0]
    assert_taken(document)


def test_taxes_rounded_line_by_line_are_kept_to_the_cent():
    """Ten lines of 0.03 pay nothing of IVA each; 0.30 together would pay 0.05."""
    cheap = ticket("T-1", *(line("0.03", IVA16) for _ in range(10)))
    document = globally([cheap])
    assert document.total == cheap.total == Decimal("0.30")
    assert {concept.no_identificacion for concept in document.conceptos} == {"T-1"}
    assert len(document.conceptos) == 10
    assert_taken(document)


def test_a_sale_and_its_return_are_one_ticket():
    sale = ticket("T-1", line("100.00", IVA16), line("50.00", IVA16), form="04", reference="sale")
    back = returned(ticket("R-1", line("50.00", IVA16), reference="return"), "T-1", sale.day)
    other = ticket("T-2", reference="other")
    joined = join([back, other, sale])
    assert [(item.number, item.payment_form, item.reference) for item in joined] == [
        ("T-1", "04", ["return", "sale"]),
        ("T-2", "01", ["other"]),
    ]
    assert joined[0].total == Decimal("116.00")


def test_a_return_without_its_sale_is_refused():
    with pytest.raises(TicketError, match="returns more"):
        state(returned(ticket("R-1"), "T-1", None))


def test_a_problem_of_one_part_is_a_problem_of_the_ticket():
    bad = ticket("T-1", problem=TicketError(es=("Mal.", "Arréglelo."), en=("Bad.", "Mend it.")))
    stated, refused = divide(join([ticket("T-1"), bad]))
    assert stated == []
    assert refused[0][1].text("en") == "Bad."


# --- Taking a ticket out ----------------------------------------------------------------------------------------------


def test_the_credit_note_of_a_ticket():
    uuid = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
    item = state(ticket("T-1", line("86.21", IVA16)))
    document = compose_credit([item], uuid, ISSUER, PLACE, FECHA, serie="G", folio="2")
    assert_taken(document)
    assert (document.tipo_de_comprobante, document.informacion_global) == ("E", None)
    assert document.cfdi_relacionados == (model.CfdiRelacionados(tipo_relacion="01", uuids=(uuid,)),)
    assert document.receptor == globally([ticket()]).receptor
    assert document.total == item.ticket.total


# --- Whatever is sold -------------------------------------------------------------------------------------------------

sold_lines = typed_lines.filter(lambda item: not any(key[0] == "retencion" for key in item.keys))
baskets = st.lists(sold_lines, min_size=1, max_size=5)


@given(st.lists(st.tuples(baskets, st.booleans()), min_size=1, max_size=6))
@settings(max_examples=150, deadline=None)
def test_whatever_is_sold_the_global_says_the_same_total(drawn):
    posted = [post(lines, globally) for lines, globally in drawn]
    tickets = [ticket(f"T-{number}", *lines) for number, (lines, _total) in enumerate(posted)]
    assert [item.total for item in tickets] == [total for _lines, total in posted]
    stated, refused = divide(tickets)
    assert refused == []
    if not stated:
        return
    document = compose(stated, NOVEMBER, ISSUER, PLACE, FECHA)
    assert document.total == sum(item.total for item in tickets)
    assert_taken(document)


@given(baskets, st.data())
@settings(max_examples=100, deadline=None)
def test_whatever_is_returned_at_once_what_is_left_is_stated_or_refused(lines, data):
    bought, _total = post(lines, False)
    index = data.draw(st.integers(0, len(lines) - 1))
    back = returned(ticket("R-1", bought[index]), "T-1", date(2026, 11, 20))
    (sale,) = join([back, ticket("T-1", *bought)])
    stated, refused = divide([sale])
    assert refused == []
    if stated:
        document = compose(stated, NOVEMBER, ISSUER, PLACE, FECHA)
        assert document.total == sale.total
        assert_taken(document)


def test_ten_thousand_tickets_are_stated_in_seconds():
    tickets = [ticket(f"T-{number}", line("86.21", IVA16), line("20.00", EXEMPT)) for number in range(10_000)]
    started = time.process_time()
    document = globally(tickets)
    assert errors(document) == []
    assert time.process_time() - started < 10
    assert document.total == 10_000 * tickets[0].total


def test_prices_with_tax_included():
    items = [Typed(Decimal(1), Decimal(price), Decimal(0), (IVA16,), True) for price in ("499.00", "35.00", "0.99")]
    lines, total = post(items, False)
    assert total == Decimal("534.99")
    assert globally([ticket("T-1", *lines)]).total == total


# --- More than one document holds -------------------------------------------------------------------------------------

ONE_MEGABYTE = 1_000_000


def test_3000_tickets_are_several_documents_that_add_up_to_them_all():
    tickets = [ticket(f"FAC/2026/{number:05}", line("430.17", IVA16, amount="68.83")) for number in range(3000)]
    stated, refused = divide(tickets)
    assert refused == []

    def document(chunk):
        return compose(chunk, NOVEMBER, ISSUER, PLACE, FECHA, serie="GLB", folio="1234567")

    assert bytes_of(document(stated)) > ONE_MEGABYTE
    documents = [document(chunk) for chunk in split(stated, 0, ONE_MEGABYTE, lambda chunk: bytes_of(document(chunk)))]
    assert len(documents) == 2
    numbers = [concept.no_identificacion for item in documents for concept in item.conceptos]
    assert numbers == [item.number for item in tickets]
    assert sum(item.total for item in documents) == sum(item.total for item in tickets) == 3000 * 499
    for item in documents:
        sealed = seal(replace(item, no_certificado=None), csd()).xml
        assert len(sealed) < bytes_of(item) < ONE_MEGABYTE
        assert_taken(item)


@given(
    st.lists(st.integers(1, 60), min_size=1, max_size=60), st.integers(0, 20), st.integers(0, 300), st.integers(0, 40)
)
def test_every_ticket_is_in_one_document_within_the_limits(sizes, most_tickets, most_bytes, overhead):
    tickets = list(enumerate(sizes))

    def size_of(chunk):
        return overhead + sum(size for _number, size in chunk)

    chunks = split(tickets, most_tickets, most_bytes, size_of)
    assert [item for chunk in chunks for item in chunk] == tickets
    for chunk in chunks:
        assert 1 <= len(chunk) <= (most_tickets or len(tickets))
        assert not most_bytes or size_of(chunk) <= most_bytes or len(chunks) == len(tickets)
    if (not most_tickets or len(tickets) <= most_tickets) and (not most_bytes or size_of(tickets) <= most_bytes):
        assert len(chunks) == 1
