"""Certificates, seals, stamps, QR and schema: what holds is told from what does not, with the reason."""

import base64
import io
from dataclasses import replace
from datetime import datetime, timezone
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image

from gym_cfdi.domain import model, qr, tfd, xsd
from gym_cfdi.domain.builder import build, cadena_of_timbre
from gym_cfdi.domain.cadena import cadena_of_element
from gym_cfdi.domain.csd import Certificate, Csd
from gym_cfdi.domain.errors import CertificateError, ReadError, StampError
from gym_cfdi.domain.reader import parse, read
from gym_cfdi.domain.seal import instant_of, seal, verify
from gym_cfdi.domain.tests.certificates import NUMBER, PASSWORD, cer_file, csd, key_file
from gym_cfdi.domain.tests.documents import invoice, payment

IN_FORCE = datetime(2026, 11, 2, tzinfo=timezone.utc)


def verdict(data):
    return verify(parse(data), read(data))


def stamp_for(document, signer=None, **changes):
    timbre = model.TimbreFiscalDigital(
        uuid="6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
        fecha_timbrado=datetime(2026, 11, 2, 9, 31),
        rfc_prov_certif="SPR190613I52",
        sello_cfd=document.sello,
        no_certificado_sat=NUMBER,
        sello_sat="",
    )
    timbre = replace(timbre, **changes)
    return replace(timbre, sello_sat=(signer or csd()).sign(cadena_of_timbre(timbre)))


def stamped(document, **options):
    return replace(document, complementos=(*document.complementos, stamp_for(document, **options)))


KNOWN = {NUMBER: csd().certificate}


# --- Certificates ----------------------------------------------------------------------------------------------------


def test_what_a_certificate_says():
    certificate = Certificate.load(cer_file())
    assert certificate.number == NUMBER
    assert certificate.rfc == "EKU9003173C9"
    assert certificate.holder == "ESCUELA KEMPER URGATE SA DE CV"
    assert certificate.branch == "Sucursal 1"
    assert certificate.kind == "CSD"
    assert Certificate.load(cer_file(is_fiel=True)).kind == "FIEL"
    assert certificate.not_before == datetime(2025, 1, 1, tzinfo=timezone.utc)
    assert Certificate.from_base64(certificate.base64) == certificate


def test_latin_1_names_are_read_as_the_sat_wrote_them():
    broken = cer_file(holder="ESPA~OLA SA DE CV").replace(b"ESPA~OLA", b"ESPA\xd1OLA")
    assert Certificate.load(broken).holder == "ESPAÑOLA SA DE CV"
    assert Certificate.load(cer_file(holder="ESPAÑOLA")).holder == "ESPAÑOLA"


def test_a_certificate_serves_its_holder_while_it_is_valid():
    certificate = Certificate.load(cer_file())
    assert certificate.problems("EKU9003173C9", IN_FORCE) == []
    assert certificate.problems("EKU9003173C9", certificate.not_after) == []


@pytest.mark.parametrize(
    ("certificate", "rfc", "at", "expected"),
    [
        (cer_file(is_fiel=True), "EKU9003173C9", IN_FORCE, "FIEL"),
        (cer_file(), "URE180429TM6", IN_FORCE, "belongs to EKU9003173C9"),
        (cer_file(years=1), "EKU9003173C9", IN_FORCE, "valid from 2025-01-01 to 2026-01-01"),
        (cer_file(), "EKU9003173C9", datetime(2024, 12, 31, tzinfo=timezone.utc), "valid from"),
    ],
)
def test_a_certificate_that_the_sat_would_refuse(certificate, rfc, at, expected):
    (problem,) = Certificate.load(certificate).problems(rfc, at)
    assert problem.code == "CSD"
    assert expected in problem.text("en")
    assert problem.remedy("es")


@pytest.mark.parametrize(
    ("cer", "key", "password", "expected"),
    [
        (b"", key_file(), PASSWORD, "not a certificate"),
        (key_file(), key_file(), PASSWORD, "not a certificate"),
        (cer_file()[:300], key_file(), PASSWORD, "not a certificate"),
        (cer_file(), b"", PASSWORD, "not a private key"),
        (cer_file(), cer_file(), PASSWORD, "not a private key"),
        (cer_file(), key_file(), "wrong", "password does not open"),
        (cer_file(), key_file(), "", "password does not open"),
        (cer_file(), key_file(which=1), PASSWORD, "does not belong to the certificate"),
    ],
)
def test_a_key_that_cannot_seal_says_why(cer, key, password, expected):
    with pytest.raises(CertificateError, match=expected):
        Csd.load(cer, key, password)


def test_no_wrong_password_makes_the_file_another_file():
    key = key_file()
    for number in range(600):  # one in 256 decrypts to something that ends as a key does
        with pytest.raises(CertificateError, match="password does not open"):
            Csd.load(cer_file(), key, f"wrong {number}")


def test_passwords_typed_in_latin_1_open_their_key():
    key = key_file(password="contraseña")
    assert Csd.load(cer_file(), key, "contraseña")
    assert "contraseña" not in repr(Csd.load(cer_file(), key, "contraseña"))


# --- Seal ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("document", [invoice(), payment(), invoice(folio='A"&<ñ')])
def test_what_is_sealed_verifies_and_carries_its_certificate(document):
    sealed = seal(document, csd())
    found = read(sealed.xml)
    assert found == replace(document, sello=sealed.sello, no_certificado=NUMBER, certificado=csd().certificate.base64)
    assert cadena_of_element(parse(sealed.xml)) == sealed.cadena
    assert build(found) == sealed.xml
    judged = verdict(sealed.xml)
    assert judged.is_valid is True
    assert judged.problems == []
    assert xsd.violations(parse(sealed.xml)) == []


def test_sealing_again_replaces_the_first_seal():
    first = seal(invoice(), csd())
    assert seal(read(first.xml), csd()) == first


def test_any_change_after_sealing_breaks_the_seal():
    sealed = seal(invoice(), csd()).xml
    judged = verdict(sealed.replace(b'Total="599.00"', b'Total="599.01"'))
    assert judged.is_valid is False
    assert [problem.code for problem in judged.problems] == ["SEAL"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda d: replace(d, sello="AAAA"), "SEAL"),
        (lambda d: replace(d, sello="not base64!"), "SEAL"),
        (lambda d: replace(d, certificado="AAAA"), "CSD"),
        (lambda d: replace(d, certificado=None), "CSD"),
        (lambda d: replace(d, certificado="ñ"), "CSD"),
        (lambda d: replace(d, certificado=base64.b64encode(cer_file(which=1)).decode()), "SEAL"),
    ],
)
def test_a_seal_that_does_not_verify_says_which_part_is_wrong(change, code):
    judged = verdict(build(change(read(seal(invoice(), csd()).xml))))
    assert judged.is_valid is False
    assert judged.problems[0].code == code


def test_a_seal_under_another_certificate_number_is_reported():
    sealed = seal(invoice(), csd()).xml.replace(NUMBER.encode(), b"30001000000500001111")
    codes = [problem.text("en") for problem in verdict(sealed).problems]
    assert any("30001000000500001111" in text for text in codes)


def test_an_unsealed_document_has_no_verdict():
    assert verdict(build(invoice())) == (None, None, [])


@pytest.mark.parametrize("options", [{"is_fiel": True}, {"rfc": "URE180429TM6"}, {"years": 1}])
def test_nothing_is_sealed_with_a_certificate_that_the_sat_would_refuse(options):
    with pytest.raises(CertificateError):
        seal(invoice(), csd(**options))


@pytest.mark.parametrize(
    ("postal_code", "hour_utc"), [("42501", 15), ("22000", 17), ("83000", 16), ("77500", 14), ("00xxx", 15)]
)
def test_fecha_is_read_by_the_clock_of_where_it_was_issued(postal_code, hour_utc):
    """Central, Tijuana (winter), Sonora, Quintana Roo; an unknown postal code counts as central."""
    document = invoice(lugar_expedicion=postal_code, fecha=datetime(2026, 11, 2, 9, 30))
    assert instant_of(document) == datetime(2026, 11, 2, hour_utc, 30, tzinfo=timezone.utc)


# --- Stamp -----------------------------------------------------------------------------------------------------------


def sealed_invoice():
    return read(seal(invoice(), csd()).xml)


def test_cadena_of_a_stamp():
    timbre = stamp_for(invoice(sello="SEAL"))
    start = "||1.1|6f9619ff-8b86-4d01-b42d-00cf4fc964ff|2026-11-02T09:31:00|SPR190613I52"
    assert cadena_of_timbre(timbre) == f"{start}|SEAL|{NUMBER}||"
    assert cadena_of_timbre(replace(timbre, leyenda="SIN  VALIDEZ")) == f"{start}|SIN VALIDEZ|SEAL|{NUMBER}||"


def test_a_stamp_verifies_when_its_signer_is_known():
    document = stamped(sealed_invoice())
    assert tfd.verify(document, KNOWN) == (True, False, [])
    assert tfd.verify(document) == (None, False, [])
    assert tfd.verify(stamped(sealed_invoice(), no_certificado_sat="1")).is_signed is None
    assert tfd.verify(sealed_invoice()) == (None, False, [])


def test_what_is_no_signature_needs_no_signer_to_be_refused():
    document = sealed_invoice()
    forged = replace(stamp_for(document), sello_sat="SELLOSAT12345678")
    assert tfd.verify(replace(document, complementos=(forged,))).is_signed is False


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"signer": csd(which=1)}, "SAT's seal"),
        ({"sello_cfd": "AAAA"}, "another document"),
        ({"uuid": "6f9619ff"}, "does not have the shape"),
    ],
)
def test_a_stamp_that_does_not_hold_says_why(changes, expected):
    document = stamped(sealed_invoice(), **changes)
    assert any(expected in problem.text("en") for problem in tfd.verify(document, KNOWN).problems)
    with pytest.raises(StampError, match=expected):
        tfd.accept(build(sealed_invoice()), build(document), KNOWN)


def test_the_answer_of_a_pac_is_accepted_only_for_what_was_sent():
    sent = build(sealed_invoice())
    assert tfd.accept(sent, build(stamped(sealed_invoice())), KNOWN).timbre.uuid.startswith("6f9619ff")
    other = read(seal(invoice(folio="102"), csd()).xml)
    with pytest.raises(StampError, match="another document"):
        tfd.accept(sent, build(stamped(other)), KNOWN)
    with pytest.raises(StampError, match="without a stamp"):
        tfd.accept(sent, sent, KNOWN)
    with pytest.raises(ReadError):
        tfd.accept(sent, b"<html>Bad gateway</html>", KNOWN)


# --- QR --------------------------------------------------------------------------------------------------------------


def with_rfcs(issuer, receptor):
    document = invoice(sello="x" * 336 + "abcdef==", total=Decimal("599.50"))
    document = replace(
        document, emisor=replace(document.emisor, rfc=issuer), receptor=replace(document.receptor, rfc=receptor)
    )
    return stamped(document)


def test_address_in_the_qr():
    assert qr.url_of(with_rfcs("EKU9003173C9", "URE180429TM6")) == (
        "https://verificacfdi.facturaelectronica.sat.gob.mx/default.aspx"
        "?id=6f9619ff-8b86-4d01-b42d-00cf4fc964ff&re=EKU9003173C9&rr=URE180429TM6&tt=599.5&fe=abcdef=="
    )


def test_an_rfc_with_ampersand_or_enie_survives_the_address():
    document = with_rfcs("H&E951128469", "ÑAÑ010101AA1")
    query = parse_qs(urlsplit(qr.url_of(document)).query)
    assert (query["re"], query["rr"], query["tt"]) == (["H&E951128469"], ["ÑAÑ010101AA1"], ["599.5"])
    assert "?id=6f9619ff-8b86-4d01-b42d-00cf4fc964ff&re=H&amp;E951128469&rr=ÑAÑ010101AA1&" in qr.expression_of(document)


@pytest.mark.parametrize(
    ("total", "expected"), [("599", "599.0"), ("0", "0.0"), ("1000.10", "1000.1"), ("0.000001", "0.000001")]
)
def test_totals_in_the_qr(total, expected):
    assert qr.total_text(Decimal(total)) == expected


def test_the_qr_is_an_image():
    assert Image.open(io.BytesIO(qr.png_of(qr.url_of(with_rfcs("EKU9003173C9", "URE180429TM6"))))).size[0] > 200


def test_no_stamp_no_qr():
    with pytest.raises(StampError):
        qr.url_of(invoice())


# --- Schema ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("document", [invoice(), payment(), invoice(addenda=(model.RawXml(tag="y", xml="<y></y>"),))])
def test_documents_not_yet_sealed_can_be_valid(document):
    root = parse(build(replace(document, no_certificado=None)))
    assert xsd.violations(root) == []
    assert root.get("Sello") is None


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ('LugarExpedicion="42501"', 'LugarExpedicion="4250"', "LugarExpedicion"),
        ('ClaveProdServ="91101501"', 'ClaveProdServ="00000000"', "ClaveProdServ"),
        ('ClaveUnidad="E48"', 'ClaveUnidad="XXX0"', "ClaveUnidad"),
        ('Moneda="MXN"', 'Moneda="MEX"', "Moneda"),
        ('Total="599.00"', 'Total="599.0000000"', "Total"),
        ('Total="599.00"', 'Total="599.00" Totla="1"', "Totla"),
        ("<cfdi:Emisor", "<cfdi:Otro/><cfdi:Emisor", "Otro"),
    ],
)
def test_what_departs_from_the_schema_is_named(before, after, expected):
    data = build(invoice())
    assert before.encode() in data
    found = xsd.violations(parse(data.replace(before.encode(), after.encode())))
    assert any(expected in violation.text("es") for violation in found)
