"""``scripts/cfdi`` as a person uses it: files in, lines, files and exit codes out."""

import hashlib
import io
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from gym_cfdi.domain.builder import build
from gym_cfdi.domain.command import main
from gym_cfdi.domain.printed import pdf_of
from gym_cfdi.domain.reader import read
from gym_cfdi.domain.seal import seal
from gym_cfdi.domain.tests.certificates import NUMBER, PASSWORD, cer_file, csd, key_file
from gym_cfdi.domain.tests.documents import invoice, payment
from gym_cfdi.domain.tests.test_seal_and_stamp import stamped

try:
    from pypdf import PdfReader
except ImportError:  # Python below 3.13 has its predecessor
    from PyPDF2 import PdfReader

SCRIPT = Path(__file__).parents[4] / "scripts" / "cfdi"


@pytest.fixture
def files(tmp_path):
    """A folder with documents in every state, and what seals them."""
    sealed = seal(invoice(), csd()).xml
    contents = {
        "unsealed.xml": build(invoice()),
        "sealed.xml": sealed,
        "payment.xml": seal(payment(), csd()).xml,
        "stamped.xml": build(stamped(read(sealed))),
        "changed.xml": sealed.replace(b'Total="599.00"', b'Total="600.00"'),
        "not.xml": b"%PDF-1.7",
        "own.cer": cer_file(),
        "own.key": key_file(),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def run(capfd, *arguments):
    code = main([str(argument) for argument in arguments])
    return code, capfd.readouterr()


def lines_of(printed):
    return [json.loads(line) for line in printed.out.splitlines()]


def test_check_of_clean_documents(capfd, files):
    paths = [files / "sealed.xml", files / "unsealed.xml", files / "payment.xml"]
    code, printed = run(capfd, "check", *paths)
    sealed, unsealed, paid = lines_of(printed)
    assert code == 0
    assert [line["file"] for line in lines_of(printed)] == [str(path) for path in paths]
    assert [line["failures"] for line in lines_of(printed)] == [[], [], []]
    assert (sealed["type"], sealed["uuid"], sealed["seal_valid"], sealed["tfd_valid"]) == ("I", None, True, None)
    assert sealed["cadena"].startswith("||4.0|GYM|101|")
    assert sealed["cadena_sha256"] == hashlib.sha256(sealed["cadena"].encode()).hexdigest()
    assert sealed["totals"] == {
        "moneda": "MXN",
        "sub_total": "516.38",
        "impuestos_trasladados": "82.62",
        "total": "599.00",
    }
    assert unsealed["seal_valid"] is None
    assert paid["totals"]["monto_total_pagos"] == "599.00"


def test_check_knows_the_signers_it_is_given(capfd, files):
    _code, printed = run(capfd, "check", files / "stamped.xml")
    assert lines_of(printed)[0]["tfd_valid"] is None
    _code, printed = run(capfd, "check", "--sat-certificates", files, files / "stamped.xml")
    assert lines_of(printed)[0]["tfd_valid"] is True
    assert lines_of(printed)[0]["uuid"] == "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"


def test_check_writes_json_whatever_the_name_of_the_file(capfd, files):
    path = files / "\udcff ñ.xml"
    path.write_bytes(build(invoice()))
    code, printed = run(capfd, "check", path)
    assert code == 0
    assert lines_of(printed)[0]["file"] == str(path)


def test_check_reports_whatever_it_is_given_and_goes_on(capfd, files):
    code, printed = run(capfd, "check", files / "not.xml", files / "absent.xml", files, files / "changed.xml")
    assert code == 1
    assert printed.err == ""
    *unreadable, changed = lines_of(printed)
    assert [[failure["code"] for failure in line["failures"]] for line in unreadable] == [["READ"]] * 3
    assert changed["seal_valid"] is False
    assert {"CFDI40102", "CFDI40119"} <= {failure["code"] for failure in changed["failures"]}
    assert all(failure["text"] and failure["remedy"] for failure in changed["failures"])


def test_a_warning_is_told_and_does_not_make_a_document_unclean(capfd, files):
    receptor = replace(invoice().receptor, nombre="Universidad Robotica Española")
    (files / "name.xml").write_bytes(build(invoice(receptor=receptor)))
    code, printed = run(capfd, "check", files / "name.xml")
    (line,) = lines_of(printed)
    assert (code, line["clean"]) == (0, True)
    assert [(failure["code"], failure["severity"]) for failure in line["failures"]] == [("CFDI40144", "warning")]


def test_a_note_is_told_apart_and_blocks_nothing(capfd, files):
    (files / "form.xml").write_bytes(build(invoice(forma_pago="99")))
    code, printed = run(capfd, "check", files / "form.xml")
    (line,) = lines_of(printed)
    assert (code, line["clean"], line["failures"]) == (0, True, [])
    assert [(note["code"], note["severity"]) for note in line["notes"]] == [("NOTE01", "info")]
    assert line["notes"][0]["text"] and line["notes"][0]["remedy"]


def test_check_speaks_two_languages(capfd, files):
    _code, spanish = run(capfd, "check", files / "not.xml")
    _code, english = run(capfd, "--language", "en", "check", files / "not.xml")
    assert "no es XML" in spanish.out
    assert "is not XML" in english.out


def test_check_judges_on_the_day_it_is_told(capfd, files):
    code, _printed = run(capfd, "check", "--at", "2026-11-03", files / "sealed.xml")
    assert code == 0
    with pytest.raises(SystemExit):
        main(["check", "--at", "yesterday", str(files / "sealed.xml")])


def test_seal_writes_a_document_that_check_finds_clean(capfd, files):
    output = files / "out.xml"
    arguments = [files / "unsealed.xml", "--cer", files / "own.cer", "--key", files / "own.key"]
    code, printed = run(capfd, "seal", *arguments, "--password", PASSWORD, "-o", output)
    assert (code, printed.out) == (0, "")
    assert read(output.read_bytes()).no_certificado == NUMBER
    assert run(capfd, "check", output)[0] == 0


def test_seal_warns_of_dates_and_refuses_what_is_no_csd_of_the_issuer(capfd, files):
    output = files / "out.xml"
    arguments = ["--key", files / "own.key", "--password", PASSWORD, "-o", output]
    for name, options in {"old": {"years": 1}, "fiel": {"is_fiel": True}, "other": {"rfc": "URE180429TM6"}}.items():
        (files / f"{name}.cer").write_bytes(cer_file(**options))
    for name in ("fiel", "other"):
        code, printed = run(capfd, "seal", files / "unsealed.xml", "--cer", files / f"{name}.cer", *arguments)
        assert (code, output.exists()) == (1, False)
        assert printed.err.startswith("CSD: ")
    code, printed = run(capfd, "seal", files / "unsealed.xml", "--cer", files / "old.cer", *arguments)
    assert code == 0
    assert "01/01/2026" in printed.err
    assert run(capfd, "check", output)[0] == 1


def test_seal_with_a_wrong_password_writes_nothing(capfd, files):
    output = files / "out.xml"
    arguments = [files / "unsealed.xml", "--cer", files / "own.cer", "--key", files / "own.key"]
    code, printed = run(capfd, "seal", *arguments, "--password", "wrong", "-o", output)
    assert code == 1
    assert "contraseña" in printed.err
    assert not output.exists()


def test_qr_prints_the_address_and_draws_it(capfd, files):
    code, printed = run(capfd, "qr", files / "stamped.xml", "-o", files / "qr.png")
    assert code == 0
    assert printed.out.startswith("https://verificacfdi.facturaelectronica.sat.gob.mx/default.aspx?id=6f9619ff")
    assert Image.open(files / "qr.png").format == "PNG"
    assert run(capfd, "qr", files / "sealed.xml")[0] == 1


def text_of(pdf):
    return " ".join(re.sub(r"\s+", " ", page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages)


def test_pdf_says_what_the_document_says(capfd, files):
    code, printed = run(capfd, "pdf", files / "stamped.xml")
    assert code == 0
    assert Path(printed.out.strip()) == files / "stamped.pdf"
    text = text_of((files / "stamped.pdf").read_bytes())
    for expected in (
        "6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
        "EKU9003173C9",
        "UNIVERSIDAD ROBOTICA ESPAÑOLA",
        "Membresía mensual",
        "IVA 16 %",
        "599.00",
        "Quinientos noventa y nueve pesos 00/100 M.N.",
        "representación impresa de un CFDI",
    ):
        assert expected in text


def test_pdf_of_a_payment_and_of_what_is_not_stamped():
    text = text_of(pdf_of(payment()))
    assert "Saldo insoluto" in text
    assert "no tiene validez fiscal" in text


def test_the_script_needs_no_odoo(files):
    command = [sys.executable, str(SCRIPT), "check", str(files / "sealed.xml")]
    finished = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (finished.returncode, finished.stderr) == (0, "")
    assert json.loads(finished.stdout)["seal_valid"] is True
