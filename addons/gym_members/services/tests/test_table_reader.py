import io
import time
import zipfile

import openpyxl
import pytest

from gym_members.domain.importing import reader
from gym_members.domain.importing.issues import UnreadableFile
from gym_members.domain.importing.reader import read_table
from gym_members.services.table_reader import read_table_apart

CSV = "Nombre;Celular\nÁngel;5512345678\n\nLeo;\n".encode("cp1252")
PEOPLE = (["Nombre", "Celular"], ["Ana", 5512345678], [None], ["Leo", None])
SHEET = "xl/worksheets/sheet1.xml"
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def replaced(content, part, text):
    """Return a workbook in which ``part`` is ``text``, as a program of an attacker writes it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != part:
                new.writestr(entry, old.read(entry))
        new.writestr(part, text)
    return stream.getvalue()


def sheet_of(rows):
    return f"<worksheet xmlns='{NAMESPACE}'><sheetData>{rows}</sheetData></worksheet>"


@pytest.mark.parametrize("content", [CSV, workbook(*PEOPLE)], ids=["csv", "xlsx"])
def test_it_is_the_table_that_reading_here_would_give(content):
    assert read_table_apart(content) == read_table(content)


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "file_empty"), (b"PK\x03\x04 damaged", "file_broken_xlsx"), (b"x" * (reader.MAX_BYTES + 1), "file_too_big")],
    ids=["empty", "damaged", "big"],
)
def test_what_is_wrong_with_a_file_is_told(content, code):
    with pytest.raises(UnreadableFile, match=code):
        read_table_apart(content)


def test_a_file_beyond_the_limits_ends_its_own_process_only():
    rows = "".join(f'<row r="{number}"><c><v>1</v></c></row>' for number in range(1, 200_000))
    heavy = replaced(workbook(["Nombre"], ["Ana"]), SHEET, sheet_of(rows))
    for limits in ({"cpu_s": 1}, {"memory_bytes": 40 * 2**20}):
        with pytest.raises(UnreadableFile, match="file_too_heavy"):
            read_table_apart(heavy, **limits)


def test_a_small_file_of_many_strings_is_refused_at_once():
    strings = "<sst>" + "<si><t>x</t></si>" * 24_000_000 + "</sst>"
    content = replaced(workbook(["Nombre"], ["Ana"]), "xl/sharedStrings.xml", strings)
    assert len(content) < 2_000_000 < len(strings)
    started = time.monotonic()
    with pytest.raises(UnreadableFile, match="file_too_big_unpacked"):
        read_table_apart(content)
    assert time.monotonic() - started < 20


def test_more_cells_than_a_table_holds_are_refused():
    content = b"Nombre" + b",x" * 190 + (b"\nAna" + b",1" * 190) * 22_000
    with pytest.raises(UnreadableFile, match="file_too_much_text"):
        read_table_apart(content)


def test_a_row_far_below_and_columns_far_right_cost_nothing():
    wide = "<c><v>1</v></c>" * 16_000
    rows = f"<row>{wide}</row>" * 30 + "<row r='999999999999'><c><v>1</v></c></row>"
    content = replaced(workbook(["Nombre"], ["Ana"]), SHEET, sheet_of(rows))
    table = read_table_apart(content, cpu_s=30)
    assert (len(table.headers), len(table.rows)) == (reader.MAX_COLUMNS, 29)
