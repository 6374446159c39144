"""gym_cfdi against the collection of public CFDI 4.0 documents, SAT stylesheets, schemas and test certificates.

The collection lies beside the repository (``../shared/cfdi``); without it these tests are skipped.
"""

import csv
import itertools
import re
from pathlib import Path

import pytest
from gym_cfdi.domain import seal, tfd, xsd
from gym_cfdi.domain.builder import build_with_cadena, cadena_of_timbre, to_xml
from gym_cfdi.domain.cadena import cadena_of_element
from gym_cfdi.domain.complements import outlines
from gym_cfdi.domain.csd import Certificate, Csd
from gym_cfdi.domain.errors import ReadError
from gym_cfdi.domain.reader import parse, read, read_element
from gym_cfdi.domain.schema_names import qualified
from lxml import etree

COLLECTION = Path(__file__).parents[3] / "shared" / "cfdi"
STAMPED_ON = "2026-11-02T09:30:00"

pytestmark = pytest.mark.skipif(
    not COLLECTION.is_dir(), reason="the collection of CFDI samples is not beside the clone"
)


def rows(index):
    path = COLLECTION / index
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def each(index, condition=lambda row: True, name="file"):
    chosen = [row for row in rows(index) if condition(row)]
    return pytest.mark.parametrize("row", chosen, ids=[row[name] for row in chosen])


def sample(row):
    return parse((COLLECTION / "samples" / row["file"]).read_bytes())


def fixture(row):
    data = (COLLECTION / "pac_fixtures" / row["file"]).read_bytes()
    return parse(data.replace(b"%fecha-timbrado%", STAMPED_ON.encode()))


@pytest.fixture(scope="module")
def stylesheet():
    return etree.XSLT(etree.parse(str(COLLECTION / "xslt" / "cadenaoriginal_4_0.xslt")))


@pytest.fixture(scope="module")
def stamp_stylesheet():
    return etree.XSLT(etree.parse(str(COLLECTION / "xslt" / "cadenaoriginal_TFD_1_1.xslt")))


def is_valid_but_for_the_seal(row):
    return row["xsd_ok_ignoring_seal_and_addenda"] == "yes"


@each("samples/index.csv")
def test_cadena_is_that_of_the_sat(row, stylesheet):
    root = sample(row)
    assert cadena_of_element(root) == str(stylesheet(root))


@each("pac_fixtures/index.csv")
def test_cadena_of_fixtures_is_that_of_the_sat(row, stylesheet):
    root = fixture(row)
    assert cadena_of_element(root) == str(stylesheet(root))


def filled(tag, outline, every, counter):
    """An element with the attributes of an outline, or only the required ones, and two of each of its children."""
    element = etree.Element(tag)
    for step in outline:
        if isinstance(step, str):
            for name in step.split():
                if every or name.endswith("!"):
                    element.set(name.rstrip("!"), f" v{next(counter)}  x ")
            continue
        *wrappers, last = re.findall(r"{[^}]*}[^/]+", step[0])
        owner = element
        for wrapper in wrappers:
            owner = etree.SubElement(owner, wrapper)
        owner.extend(filled(last, step[1], every, counter) for _time in range(2))
    return element


@pytest.mark.parametrize("every", [True, False])
@pytest.mark.parametrize("tag", sorted(outlines()))
def test_cadena_of_complements_that_are_only_read_is_that_of_the_sat(tag, every, stylesheet):
    root = parse((COLLECTION / "samples" / "S01_membresia_mensual_iva16.xml").read_bytes())
    complement = etree.SubElement(root, qualified("cfdi:Complemento"))
    complement.append(filled(tag, outlines()[tag], every, itertools.count()))
    assert cadena_of_element(root) == str(stylesheet(root))


@each("samples/index.csv")
def test_schema_says_what_the_complete_schema_says(row):
    assert (not xsd.violations(sample(row))) == is_valid_but_for_the_seal(row)


@each("pac_fixtures/index.csv")
def test_schema_of_fixtures_says_what_the_complete_schema_says(row):
    assert (not xsd.violations(fixture(row))) == (row["xsd_ok_with_dummy_seal"] == "yes")


@each("samples/index.csv", is_valid_but_for_the_seal)
def test_valid_documents_survive_reading_and_writing(row):
    root = sample(row)
    document = read_element(root)
    written = to_xml(document)
    assert read(written) == document
    assert cadena_of_element(parse(written)) == cadena_of_element(root)
    if document.no_certificado and document.tipo_de_comprobante in "IEP":
        assert build_with_cadena(document) == (written.decode(), cadena_of_element(root))


@each("samples/index.csv", lambda row: row["seal_ok"] in ("yes", "no:bad", "no:cert-error"))
def test_seal_holds_or_not(row):
    root = sample(row)
    verdict = seal.verify(root, read_element(root))
    assert verdict.is_valid == (row["seal_ok"] == "yes")
    if verdict.certificate:
        assert verdict.certificate.kind == row["certificate_kind"]


@each("samples/index.csv", lambda row: row["tfd"] != "none")
def test_stamp_holds_or_not(row, stamp_stylesheet):
    root = sample(row)
    document = read_element(root)
    stamp = root.find(f"{qualified('cfdi:Complemento')}/{qualified('tfd:TimbreFiscalDigital')}")
    assert cadena_of_timbre(document.timbre) == str(stamp_stylesheet(etree.fromstring(etree.tostring(stamp))))
    # With an unknown signer nothing is proven, but what is too short for a signature is refused all the same
    expected = {"ok": {True}, "bad": {False}, "sat-cert-unknown": {None, False}}[row["tfd"]]
    assert tfd.verify(document).is_signed in expected


@each("samples/index.csv", lambda row: row["kind"] == "stamped")
def test_stamped_documents_have_no_problem_with_their_stamp(row):
    assert tfd.verify(read_element(sample(row))).problems == []


@each("samples/index.csv", lambda row: row["seal_ok"] == "yes" and row["kind"] in ("authored", "derived"))
def test_sealing_again_gives_the_same_seal(row):
    """RSA PKCS#1 v1.5 has no chance in it: the same CSD over the same document signs the same."""
    document = read_element(sample(row))
    keys = [found for found in rows("csd/csd.csv") if found["certificate_number"] == document.no_certificado]
    folder = COLLECTION / "csd"
    cer, key = (folder / keys[0][name] for name in ("cer", "key"))
    csd = Csd.load(cer.read_bytes(), key.read_bytes(), keys[0]["key_password"], is_known=True)
    assert csd.sign(cadena_of_element(sample(row))) == document.sello


@each("csd/csd.csv", name="cer")
def test_certificates_say_what_openssl_says(row):
    certificate = Certificate.load((COLLECTION / "csd" / row["cer"]).read_bytes())
    assert certificate.number == row["certificate_number"]
    assert certificate.kind == row["kind"]
    assert certificate.rfc == row["rfc(x500UniqueIdentifier)"].partition("/")[0].strip()
    assert certificate.holder == row["cn"]
    assert certificate.branch == row["ou"]
    assert f"{certificate.not_before:%Y%m%d}" == row["not_before"]
    assert f"{certificate.not_after:%Y%m%d}" == row["not_after"]


@each("csd/csd.csv", lambda row: row["key"], name="cer")
def test_keys_open_and_match_their_certificate(row):
    cer, key = ((COLLECTION / "csd" / row[name]).read_bytes() for name in ("cer", "key"))
    csd = Csd.load(cer, key, row["key_password"], is_known=True)
    assert csd.certificate.verifies(csd.sign("||ñ||"), "||ñ||")


@each("samples/index.csv", lambda row: not is_valid_but_for_the_seal(row))
def test_invalid_documents_are_read_or_refused_in_words(row):
    root = sample(row)
    try:
        read_element(root)
    except ReadError as error:
        assert error.text("es")
        assert error.remedy("es")
