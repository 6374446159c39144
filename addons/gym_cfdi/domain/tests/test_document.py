"""Reading, writing and the cadena original agree with each other and with what the SAT prescribes."""

from dataclasses import fields, is_dataclass, replace
from datetime import datetime, timezone
from decimal import Decimal
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings

from gym_cfdi.domain import model
from gym_cfdi.domain.builder import build, build_with_cadena, to_xml
from gym_cfdi.domain.cadena import COMPLEMENTS, COMPROBANTE, Attribute, Children, cadena_of_element
from gym_cfdi.domain.errors import BuildError, ReadError, UnsupportedComplement, UnsupportedDocument
from gym_cfdi.domain.reader import parse, read
from gym_cfdi.domain.schema_names import qualified
from gym_cfdi.domain.tests.documents import arbitrary, comprobantes, invoice, payment, plain_comprobantes

INVOICE_CADENA = (
    "||4.0|GYM|101|2026-11-02T09:30:00|04|30001000000500003416|516.38|MXN|599.00|I|01|PUE|42501"
    "|EKU9003173C9|ESCUELA KEMPER URGATE|601|URE180429TM6|UNIVERSIDAD ROBOTICA ESPAÑOLA|86991|601|G03"
    "|91101501|MEM-M|1|E48|Membresía mensual|516.38|516.38|02|516.38|002|Tasa|0.160000|82.62"
    "|516.38|002|Tasa|0.160000|82.62|82.62||"
)
PAYMENT_CADENA_END = (
    "|84111506|1|ACT|Pago|0|0|01|2.0|516.38|82.62|599.00|2026-11-05T12:00:00|03|MXN|1|599.00"
    "|6f9619ff-8b86-4d01-b42d-00cf4fc964ff|MXN|1|1|599.00|599.00|0.00|02|516.38|002|Tasa|0.160000|82.62"
    "|516.38|002|Tasa|0.160000|82.62||"
)


def cadena(data):
    return cadena_of_element(parse(data))


def test_cadena_of_an_invoice():
    assert cadena(build(invoice())) == INVOICE_CADENA
    assert build_with_cadena(invoice())[1] == INVOICE_CADENA


def test_cadena_of_a_payment():
    assert cadena(build(payment())).endswith(PAYMENT_CADENA_END)


def test_xml_declares_what_it_uses():
    xml = build(payment()).decode()
    assert xml.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<cfdi:Comprobante ')
    assert 'xmlns:pago20="http://www.sat.gob.mx/Pagos20"' in xml
    assert "http://www.sat.gob.mx/Pagos20 http://www.sat.gob.mx/sitio_internet/cfd/Pagos/Pagos20.xsd" in xml
    assert "pago20" not in build(invoice()).decode()


def test_the_year_of_a_global_invoice_is_written_as_utf8():
    period = model.InformacionGlobal(periodicidad="04", meses="11", anio=2026)
    xml = build(invoice(informacion_global=period))
    assert 'Año="2026"'.encode() in xml
    assert read(xml).informacion_global == period


@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
@given(comprobantes())
def test_reading_what_was_written_gives_the_same_document(document):
    assert read(build(document)) == document


@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
@given(comprobantes())
def test_cadena_written_with_the_xml_is_the_cadena_of_the_xml(document):
    xml, written = build_with_cadena(document)
    assert written == cadena(xml.encode())


@settings(max_examples=50, suppress_health_check=list(HealthCheck), deadline=None)
@given(arbitrary(model.TimbreFiscalDigital))
def test_a_stamp_does_not_change_the_cadena(stamp):
    stamped = invoice(complementos=(stamp,))
    assert cadena(build(stamped)) == build_with_cadena(stamped)[1] == INVOICE_CADENA
    assert read(build(stamped)).timbre == stamp


@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
@given(plain_comprobantes())
def test_the_fast_way_writes_what_the_careful_way_writes(document):
    with patch("gym_cfdi.domain.builder._write_document", side_effect=AssertionError("not plain")):
        xml, written = build_with_cadena(document)
    assert xml.encode() == to_xml(document)
    assert written == cadena(xml.encode())


def nodes():
    return [cls for cls in vars(model).values() if is_dataclass(cls) and cls is not model.RawXml]


def templates(found, content):
    for step in content.steps:
        if isinstance(step, Children):
            templates(found, step.template)
            found.setdefault("{" + step.path.rpartition("{")[2], []).append(step.template)
    return found


@pytest.mark.parametrize("cls", nodes(), ids=lambda cls: cls.__name__)
def test_model_declares_the_fields_of_the_cadena_in_its_order(cls):
    if cls is model.TimbreFiscalDigital:
        pytest.skip("the stamp is not in the cadena of its document")
    found = templates({qualified("cfdi:Comprobante"): [COMPROBANTE]}, COMPROBANTE)
    for tag in map(qualified, ("pago20:Pagos", "implocal:ImpuestosLocales")):
        templates(found, COMPLEMENTS[tag])
        found[tag] = [COMPLEMENTS[tag]]
    declared = [
        field.metadata["attribute"]
        for field in fields(cls)
        if field.metadata.get("signed") and "attribute" in field.metadata
    ]
    tables = [
        [step.name for step in content.steps if isinstance(step, Attribute)]
        for content in found[qualified(cls.ELEMENT)]
    ]
    if cls is model.Impuestos:
        declared = ["TotalImpuestosRetenidos", "TotalImpuestosTrasladados"]
    assert declared in tables


# --- What must be refused --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["T", "N"])
def test_types_that_are_not_issued_are_refused_but_read(kind):
    document = invoice(tipo_de_comprobante=kind)
    for write in (build, build_with_cadena):
        with pytest.raises(UnsupportedDocument, match=f"type {kind}"):
            write(document)
    assert read(to_xml(document)) == document


def with_receptor(**changes):
    return invoice(receptor=replace(invoice().receptor, **changes))


@pytest.mark.parametrize(
    "document",
    [
        with_receptor(nombre=False),
        with_receptor(nombre=None, uso_cfdi=3),
        invoice(folio=101),
        invoice(total=599.0),
        invoice(total="599.00"),
        invoice(fecha="2026-11-02T09:30:00"),
        invoice(fecha=datetime(2026, 11, 2, tzinfo=timezone.utc)),
        with_receptor(nombre="JUAN\x0bPEREZ"),
        with_receptor(nombre="JUAN\ud800"),
        with_receptor(nombre="JUAN\uffff"),
    ],
)
def test_values_of_the_wrong_kind_never_reach_the_xml(document):
    for write in (build, build_with_cadena):
        with pytest.raises(BuildError):
            write(document)


def test_amounts_are_written_without_exponent():
    document = invoice(total=Decimal("5.99E+2"), sub_total=Decimal("0E-7"))
    assert b'Total="599"' in build(document)
    assert b'SubTotal="0.0000000"' in build(document)
    assert build_with_cadena(document)[0].encode() == build(document)


def test_the_cadena_needs_the_certificate_number():
    with pytest.raises(BuildError, match="certificate"):
        build_with_cadena(invoice(no_certificado=None))


def test_a_complement_out_of_the_table_has_no_cadena():
    unknown = model.RawXml(tag="{urn:x}y", xml='<y xmlns="urn:x"></y>')
    document = invoice(complementos=(unknown,))
    with pytest.raises(UnsupportedComplement, match="urn:x"):
        build_with_cadena(document)
    with pytest.raises(UnsupportedComplement, match="urn:x"):
        cadena(to_xml(document))
    assert read(to_xml(document)) == document


def test_a_complement_that_is_only_read_is_signed_by_its_table():
    xml = (
        '<n:Nomina xmlns:n="http://www.sat.gob.mx/nomina12" Version="1.2" TipoNomina="O" FechaPago="2026-11-15">'
        '<n:Emisor RegistroPatronal="Y5412345106"></n:Emisor></n:Nomina>'
    )
    payroll = model.RawXml(tag="{http://www.sat.gob.mx/nomina12}Nomina", xml=xml)
    document = invoice(complementos=(payroll,))
    assert cadena(to_xml(document)).endswith("|82.62|1.2|O|2026-11-15||||Y5412345106||")
    assert build_with_cadena(document)[1] == cadena(to_xml(document))


@pytest.mark.parametrize(
    "addenda",
    [
        model.RawXml(tag="{urn:x}y", xml='<y xmlns="urn:x">a &amp; b<z></z></y>'),
        model.RawXml(tag="{relative}y", xml='<y xmlns="relative">á<z/></y>'),
        model.RawXml(tag="y", xml="<y></y>"),
    ],
)
def test_addenda_of_any_kind_is_kept_and_not_signed(addenda):
    document = invoice(addenda=(addenda,))
    assert read(build(document)) == document
    assert build_with_cadena(document)[1] == cadena(build(document)) == INVOICE_CADENA


# --- Documents of others ---------------------------------------------------------------------------------------------


def edited(before, after, document=None):
    data = build(document or invoice())
    assert before.encode() in data
    return data.replace(before.encode(), after.encode())


def test_white_space_collapses_as_xpath_does():
    data = edited("Membresía mensual", " Membresía \t&#10;&#13; mensual ")
    assert cadena(data) == INVOICE_CADENA
    assert read(data) == invoice()


def test_a_no_break_space_is_a_letter_like_any_other():
    data = edited("Membresía mensual", "\u00a0Membresía\u00a0 mensual")
    assert "|\u00a0Membresía\u00a0 mensual|" in cadena(data)


def test_an_empty_required_field_stays_in_the_cadena_and_an_absent_optional_one_does_not():
    assert "|04||516.38|" in cadena(edited(' NoCertificado="30001000000500003416"', ""))
    assert "|4.0||101|" in cadena(edited('Serie="GYM"', 'Serie=""'))
    assert "||4.0|101|" in cadena(edited(' Serie="GYM"', ""))


def test_other_encodings_and_prefixes_are_read():
    data = build(invoice())
    latin = data.decode().replace("UTF-8", "ISO-8859-1").encode("latin-1")
    renamed = data.replace(b"cfdi:", b"x:").replace(b"xmlns:cfdi", b"xmlns:x")
    for other in (latin, b"\xef\xbb\xbf" + data, renamed):
        assert read(other) == invoice()
        assert cadena(other) == INVOICE_CADENA


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "not XML"),
        (b"%PDF-1.7", "not XML"),
        (build(invoice())[:-10], "not XML"),
        (b"<html/>", "html"),
        (b'<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/3" Version="3.3"/>', "3.3"),
        (edited("<cfdi:Comprobante", '<!DOCTYPE x [<!ENTITY e "599.00">]><cfdi:Comprobante'), "DTD"),
        (edited('Version="4.0"', 'Version="4.1"'), "4.1"),
        (edited('Total="599.00"', 'Total="NaN"'), "Total"),
        (edited('Total="599.00"', 'Total="5_99"'), "Total"),
        (edited('Total="599.00"', 'Total="5e2"'), "Total"),
        (edited('Total="599.00"', 'Total="５９９"'), "Total"),
        (edited('Total="599.00"', ""), "Total"),
        (edited("2026-11-02T09:30:00", "2026-13-02T09:30:00"), "Fecha"),
        (edited("2026-11-02T09:30:00", "2026-11-02"), "Fecha"),
        (edited(' Rfc="URE180429TM6"', ""), "Receptor lacks"),
        (edited("cfdi:Emisor", "cfdi:Emissor"), "lacks Emisor"),
    ],
)
def test_what_is_not_a_cfdi_is_refused_with_its_reason(data, expected):
    with pytest.raises(ReadError, match=expected) as refused:
        read(data)
    assert refused.value.remedy("es") and refused.value.remedy("en")


def test_entities_are_never_expanded_from_files(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    data = edited("<cfdi:Comprobante", f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret}">]><cfdi:Comprobante')
    with pytest.raises(ReadError) as refused:
        read(data.replace(b"</cfdi:Comprobante>", b"&e;</cfdi:Comprobante>"))
    assert "secret" not in str(refused.value).replace(str(secret), "")
