"""Files of the kinds that gyms really have, with what is right of each; all people in them are invented.

``import_files/expected.json`` says for each file which values a line must have (only those named matter), which lines
are no person, which warnings a line carries, and whether refusing the whole file is right too.
"""

import json
from datetime import date
from pathlib import Path

import pytest
from gym_members.domain.importing import columns, dates, values
from gym_members.domain.importing.columns import ImportField
from gym_members.domain.importing.issues import UnreadableFile
from gym_members.domain.importing.reader import read_table
from gym_members.domain.importing.rows import RowParser
from vigor_guard.domain.spreadsheet import is_formula

FILES = Path(__file__).parent / "import_files"
EXPECTED = json.loads((FILES / "expected.json").read_text())
TODAY = date(2026, 11, 30)
FIELDS = {field.code: field for field in columns.MEMBER_FIELDS} | {
    "plan": ImportField("plan", "text", ("membresia", "plan")),
    "plan_price": ImportField("plan_price", "amount", ("mensualidad",)),
    "next_bill": ImportField("next_bill", "date", ("proximo pago",)),
}


def read(name):
    table = read_table((FILES / name).read_bytes())
    source = columns.detect_source(table.headers)
    mapping = columns.suggest_mapping(table.headers, FIELDS.values(), source)
    texts = [
        text for head, code in mapping.items() if code and FIELDS[code].kind == "date" for text in table.column(head)
    ]
    gender = next((values.m_means(table.column(head)) for head, code in mapping.items() if code == "gender"), None)
    order = dates.detect_order(texts).order or dates.DMY
    parser = RowParser(FIELDS, mapping, source, order, TODAY, is_formula, gender)
    return {line: parser.parse(line, dict(zip(table.headers, cells, strict=True))) for line, cells in table.rows}


def value_of(row, code):
    value = row.values.get(code)
    return None if value is None else str(value)


@pytest.mark.parametrize("name", EXPECTED)
def test_the_file_is_read_as_its_owner_means_it(name):
    right = EXPECTED[name]
    try:
        rows = read(name)
    except UnreadableFile:
        assert right["or_file_refused"]
        return
    wrong = []
    for line, wanted in right["rows"].items():
        row = rows.get(int(line))
        if not row or not row.is_importable:
            wrong.append((line, "is not imported", row and row.issues))
            continue
        wrong += [
            (line, code, value_of(row, code), value) for code, value in wanted.items() if value_of(row, code) != value
        ]
    wrong += [
        (line, "is no person", rows[line].values)
        for line in right["no_member"]
        if line in rows and rows[line].is_importable
    ]
    wrong += [
        (line, "says nothing of", code)
        for line, code in right["warn"].items()
        if code not in [issue.code for issue in rows[int(line)].issues]
    ]
    assert not wrong


def test_only_who_is_a_member_may_get_a_subscription():
    rows = read("f32_left_with_plan.csv")
    begins = [line for line, row in rows.items() if row.is_importable and row.is_member]
    assert begins == [8]


def test_who_left_in_another_alphabet_gets_no_subscription():
    rows = read("f33_other_signs.csv")
    begins = [line for line, row in rows.items() if row.is_importable and row.is_member]
    assert begins == [4, 5, 6]
