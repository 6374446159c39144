"""The sample exports: what the script writes, and what the importer makes of each before it knows any member."""

import importlib.util
from datetime import date
from pathlib import Path

import pytest
from gym_members.domain.importing import columns, dates, values
from gym_members.domain.importing.reader import read_table
from gym_members.domain.importing.rows import RowParser
from vigor_guard.domain.spreadsheet import is_formula

SAMPLES = Path(__file__).parents[2] / "data" / "import_samples"
FIELDS = {field.code: field for field in columns.MEMBER_FIELDS}
TODAY = date(2026, 3, 15)

_spec = importlib.util.spec_from_file_location("make_samples", SAMPLES / "make_samples.py")
make_samples = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(make_samples)


def load(name, order=None):
    table = read_table((SAMPLES / name).read_bytes())
    source = columns.detect_source(table.headers)
    mapping = columns.suggest_mapping(table.headers, FIELDS.values(), source)
    texts = [
        text for head, code in mapping.items() if code and FIELDS[code].kind == "date" for text in table.column(head)
    ]
    found = dates.detect_order(texts)
    gender = next((values.m_means(table.column(head)) for head, code in mapping.items() if code == "gender"), None)
    parser = RowParser(FIELDS, mapping, source, order or found.order or dates.DMY, TODAY, is_formula, gender)
    rows = [parser.parse(line, dict(zip(table.headers, cells, strict=True))) for line, cells in table.rows]
    return source, found, {row.line: row for row in rows}


def issues(rows):
    return {line: [issue.code for issue in row.issues] for line, row in rows.items() if row.issues}


@pytest.mark.parametrize("name", make_samples.SAMPLES)
def test_the_files_are_what_the_script_writes(name):
    assert read_table((SAMPLES / name).read_bytes()) == read_table(make_samples.make(name))


def test_mindbody():
    source, found, rows = load("mindbody.csv")
    assert (source, found.order) == (columns.MINDBODY, dates.MDY)
    assert issues(rows) == {
        5: ["paused"],
        9: ["leaves_later"],
        26: ["minor_without_guardian"],
        27: ["minor_without_guardian"],
    }
    assert "date_joined" not in rows[7].values
    assert rows[6].values["date_left"] == date(2026, 2, 28)
    assert rows[9].values["date_leaving"] == date(2026, 5, 31)
    assert not {"health", "marketing", "card"} & set(rows[8].values)


def test_glofox_has_to_ask_for_the_order_of_its_dates():
    source, found, rows = load("glofox.csv")
    assert (source, found.must_ask) == (columns.GLOFOX, True)
    assert found.ambiguous == len(rows)
    assert issues(rows)[27] == ["email_placeholder", "phone_invalid", "no_contact"]


def test_gymmaster():
    source, _found, rows = load("gymmaster.xlsx")
    assert source == columns.GYMMASTER
    assert issues(rows) == {5: ["paused"], 7: ["leaves_later"]}
    assert all(
        row.values["phone"].startswith("+52 55 0") and row.values["birthdate"].year < 2006 for row in rows.values()
    )


def test_wodify():
    source, found, rows = load("wodify.csv")
    assert (source, found.order) == (columns.WODIFY, dates.MDY)
    dependants = [row for row in rows.values() if row.values.get("is_dependant")]
    assert [row.values["guardian_email"] for row in dependants] == [
        "socio101@correo.example",
        "socio101@correo.example",
        "nadie@correo.example",
    ]
    assert not any("email" in row.values for row in dependants)


def test_pushpress():
    source, _found, rows = load("pushpress.csv")
    assert source == columns.PUSHPRESS
    child = rows[26]
    assert f"pushpress:{child.values['payer_external_id']}" == rows[2].key
    assert "date_joined" not in rows[7].values


def test_the_mexican_spreadsheet():
    source, found, rows = load("generic_mx.csv")
    assert (source, found.order) == (columns.GENERIC, dates.DMY)
    told = issues(rows)
    assert told[12] == ["date_impossible"]
    assert told[9] == ["rfc_invalid"]
    assert told[15] == ["paused"]
    assert told[17] == ["leaves_later"]
    assert rows[5].values["phone"].startswith("+52 55 0")
    assert rows[8].values["vat"] == "GODE561231GR8"
    assert rows[13].values["guardian_name"] == "Laura Peña"
    assert {row.values["gender"] for row in rows.values()} == {"female", "male"}
