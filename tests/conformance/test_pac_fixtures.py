"""The rules against documents on which a PAC, or the author of a sample, has already spoken.

The data are not in the repository: they are looked for in ``../shared/cfdi`` and the tests are skipped without them.
"""

import csv
import sys
import types
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "cfdi"
if not SHARED.is_dir():
    pytest.skip(f"no conformance data in {SHARED}", allow_module_level=True)
if "gym_cfdi" not in sys.modules:
    # As addons/conftest.py does: domain/ without the rest of the addon, which needs Odoo
    addon = types.ModuleType("gym_cfdi")
    addon.__path__ = [str(ROOT / "addons" / "gym_cfdi")]
    sys.modules["gym_cfdi"] = addon

from gym_cfdi.domain.reader import read  # noqa: E402
from gym_cfdi.domain.rules import ERROR, check  # noqa: E402

# The PAC spoke in spring 2022
STAMPED_ON = b"2022-04-01T12:00:00"

NOT_JUDGED_LOCALLY = {
    "CFDI40106.xml": "the certificate was revoked, which only the SAT's list tells; the document carries none",
}
REFUSED_TODAY = {
    "cfdi-global.xml": {"CFDI40160"},  # UsoCFDI P01, retired from the catalogue
}

# Samples sealed or stamped by their authors that no PAC would take
ODD_SAMPLES = {
    # every attribute filled to show the schema, with amounts and keys that mean nothing
    "023_stamped_P_global_ret_rel09.xml": None,
    "024_stamped_P_global_ret_rel09.xml": None,
    "053_sealed_I_global_ret_rel04.xml": None,
    # the year of the sales was moved on, the date of the document was not
    "110_derived_I_global_ret.xml": {"CFDI40136"},
}
# This library's examples leave out FormaPago with PPD and give natural persons the regime of companies
ODD_SOURCES = {"SAT-CFDI/python-satcfdi": {"CFDI40105", "CFDI40141"}}

RULE_PAIRS = {
    "impuestos-traslados-retenciones-unicidad": "CFDI40218",
    "moneda-tipocambio-consistencia": "CFDI40114",
    "subtotal-descuento-conceptos-suma": "CFDI40108",
    "total-comprobante-consistencia": "CFDI40119",
}
BROKEN_RULES = {
    "invalid-clave-prod-serv": "CFDI40162",
    "line-tax-mismatch": "CFDI40180",
    "subtotal-mismatch": "CFDI40108",
}


def rows(folder, **wanted):
    with (SHARED / folder / "index.csv").open(encoding="utf-8") as index:
        return [row for row in csv.DictReader(index) if all(row[key] in value for key, value in wanted.items())]


def failures(folder, row):
    data = (SHARED / folder / row["file"]).read_bytes().replace(b"%fecha-timbrado%", STAMPED_ON)
    return check(read(data))


def errors(folder, row):
    return {failure.code for failure in failures(folder, row) if failure.severity == ERROR}


def name(row):
    return row["file"]


@pytest.mark.parametrize(
    "row", rows("pac_fixtures", pac_verdict={"rejected"}, xsd_ok_with_dummy_seal={"yes"}), ids=name
)
def test_what_the_pac_rejected_gets_its_code(row):
    if row["file"] in NOT_JUDGED_LOCALLY:
        pytest.skip(NOT_JUDGED_LOCALLY[row["file"]])
    assert row["expected_code"] in {failure.code for failure in failures("pac_fixtures", row)}


@pytest.mark.parametrize("row", rows("pac_fixtures", pac_verdict={"accepted"}), ids=name)
def test_what_the_pac_accepted_passes(row):
    assert errors("pac_fixtures", row) == REFUSED_TODAY.get(row["file"], set())


@pytest.mark.parametrize("row", rows("samples", seal_ok={"yes"}, xsd_ok_ignoring_seal_and_addenda={"yes"}), ids=name)
def test_valid_samples_pass(row):
    expected = ODD_SAMPLES.get(row["file"], ODD_SOURCES.get(row["source_repo"], set()))
    if expected is not None:
        assert errors("samples", row) <= expected


def test_documents_stamped_by_pac_sandboxes_are_among_the_samples_that_pass():
    stamped = rows("samples", kind={"stamped"}, tfd={"ok"})
    by_pac = [row for row in stamped if row["source_repo"] not in ODD_SOURCES and row["file"] not in ODD_SAMPLES]
    assert len(by_pac) >= 8
    assert not any(errors("samples", row) for row in by_pac)


@pytest.mark.parametrize("row", rows("samples", kind={"rule"}), ids=name)
def test_pairs_of_one_rule(row):
    rule, _, verdict = row["rule_fixture"].partition(":")
    if verdict == "pass":
        assert errors("samples", row) == set()
    elif verdict == "fail":
        assert errors("samples", row) == {RULE_PAIRS[rule]}
    elif rule in BROKEN_RULES:
        assert BROKEN_RULES[rule] in errors("samples", row)
