"""Documents that public bug reports tell of, sealed with the SAT's test certificates: what the checker says."""

from decimal import Decimal
from pathlib import Path

import pytest

from gym_cfdi.domain.reader import read
from gym_cfdi.domain.report import report, report_file
from gym_cfdi.domain.rules.document import USUAL_RATES, is_rate_beyond_limits

REPORTED = Path(__file__).parent / "data" / "reported"


@pytest.mark.parametrize(
    "name, code",
    [
        ("A12_usd_rate_1", "CFDI40118"),
        ("B02_trasladop_without_importe", "CRP20273"),
        ("C02_egreso_with_informacionglobal", "CFDI40130"),
        ("L10_name_of_another", "CFDI40144"),
        ("A20_iva8_outside_border", "CFDI40999"),
    ],
)
def test_a_reported_document_is_caught(name, code):
    assert code in [failure["code"] for failure in report_file(REPORTED / f"{name}.xml")["failures"]]


@pytest.mark.parametrize("currency", USUAL_RATES)
def test_rates_far_above_below_or_inverted_are_beyond_limits(currency):
    usual = USUAL_RATES[currency]
    for rate in (Decimal(1), 1 / usual, usual * 7, usual / 7):
        assert is_rate_beyond_limits(currency, rate)
    for rate in (usual, usual * 6, usual / 5):
        assert not is_rate_beyond_limits(currency, rate)


def told(data):
    found = report(data)
    return found["clean"], found["seal_valid"], [(item["code"], item["severity"]) for item in found["failures"]]


def test_schemas_declared_as_a_namespace_are_read_and_doubted():
    data = (REPORTED / "F12_xmlns_schemalocation.xml").read_bytes()
    assert told(data) == (True, True, [("XMLNS", "warning")])
    assert read(data).total > 0


@pytest.mark.parametrize(
    "before, after",
    [
        (b"<cfdi:Emisor ", b'<cfdi:Emisor xmlns:schemaLocation="http://a http://b" '),
        (b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"', b""),
        (b"<cfdi:Emisor ", b'<cfdi:Emisor xmlns:vacio="" '),
        (b"<cfdi:Emisor ", b'<cfdi:Emisor xsd:nil="true" '),
    ],
)
def test_wrong_namespaces_are_doubted_and_leave_the_seal_valid(before, after):
    clean, is_sealed, failures = told(sealed().replace(before, after, 1))
    assert is_sealed is True
    assert ("XMLNS", "warning") in failures


@pytest.mark.parametrize(
    "before, after",
    [
        (b"<cfdi:Emisor ", b'<cfdi:Emisor xmlns:a="b c" Rfc="1" '),
        (b"</cfdi:Comprobante>", b""),
        (b"<cfdi:Comprobante ", b'<!DOCTYPE x><cfdi:Comprobante xmlns:a="b c" '),
        (b"<cfdi:Comprobante ", b'<cfdi:Comprobante xmlns:a="b c" <'),
    ],
)
def test_nothing_else_is_forgiven(before, after):
    assert told(sealed().replace(before, after, 1)) == (False, None, [("READ", "error")])


@pytest.mark.parametrize(
    "name, prescribed, prefix",
    [
        ("L08_complement_prefix", "implocal", "ns2"),
        ("A20_iva8_outside_border", "cfdi", "ns0"),
        ("B02_trasladop_without_importe", "pago20", "p"),
        ("A20_iva8_outside_border", "cfdi", ""),
    ],
)
def test_another_prefix_than_the_prescribed_one_is_doubted_and_leaves_the_seal_valid(name, prescribed, prefix):
    data = (REPORTED / f"{name}.xml").read_bytes()
    data = data.replace(f"xmlns:{prescribed}=".encode(), f"xmlns:{prefix}=".replace(":=", "=").encode())
    data = data.replace(f"{prescribed}:".encode(), f"{prefix}:".encode() if prefix else b"")
    found = report(data)
    (doubt,) = [item for item in found["failures"] if item["code"] == "CO1001"]
    assert (doubt["severity"], found["seal_valid"]) == ("warning", True)
    assert f'"{prescribed}"' in doubt["remedy"]


def test_an_addenda_has_the_prefixes_it_likes():
    addenda = b'<cfdi:Addenda><x xmlns="http://www.sat.gob.mx/nomina12"/></cfdi:Addenda></cfdi:Comprobante>'
    assert told(sealed().replace(b"</cfdi:Comprobante>", addenda))[2] == [("CFDI40999", "warning")]


@pytest.mark.parametrize("content", [b"Pedido 4711", b"", b"  \n ", b"Pedido <n/>", b"<n/> 4711"])
def test_an_addenda_of_text_is_a_note_and_not_against_the_schema(content):
    addenda = b"<cfdi:Addenda>" + content + b"</cfdi:Addenda></cfdi:Comprobante>"
    found = report(sealed().replace(b"</cfdi:Comprobante>", addenda))
    assert (found["clean"], found["seal_valid"]) == (True, True)
    assert [item["code"] for item in found["notes"]] == ["NOTE12"]


def test_the_schema_judges_nothing_within_an_addenda_and_all_around_it():
    data = sealed().replace(b"</cfdi:Comprobante>", b'<cfdi:Addenda><a b="1"/></cfdi:Addenda></cfdi:Comprobante>')
    assert report(data)["notes"] == []
    wrong = data.replace(b"<cfdi:Emisor", b"<cfdi:Otro/><cfdi:Emisor")
    assert "XSD" in [item["code"] for item in report(wrong)["failures"]]


def sealed():
    return (REPORTED / "A20_iva8_outside_border.xml").read_bytes()
