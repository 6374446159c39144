import csv
import io
from datetime import date

import openpyxl
from hypothesis import given
from hypothesis import strategies as st

from ..tables import as_csv, as_xlsx, tell

ROW = ["Ana", 1299.5, date(2026, 11, 30), 3, False]
texts = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=12)


def cells(content):
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    return [list(row) for row in sheet.iter_rows()]


def test_days_and_numbers_stay_what_they_are():
    (_title, *_), row = cells(as_xlsx(["Name", "Owes", "Since", "Count", "Phone"], [ROW]))
    assert [cell.value for cell in row[:2]] == ["Ana", 1299.5]
    assert row[2].value.date() == date(2026, 11, 30)
    assert row[2].number_format == "dd/mm/yyyy"
    assert row[3].value == 3


@given(texts)
def test_no_text_becomes_a_formula(text):
    for start in ("=1+1", "@SUM(A1)", "+cmd", "-2+3"):
        (_titles, (cell,)) = cells(as_xlsx(["Name"], [[start + text]]))
        assert cell.data_type == "s"
        shown = list(csv.reader(io.StringIO(as_csv(["Name"], [[start + text]]).decode("utf-8-sig"))))[1][0]
        assert shown.startswith("'") or shown[1:].replace(" ", "").isdigit() or text.strip(" .,0123456789") == ""


def test_a_file_for_people_has_no_iso_day_and_no_negative_zero():
    content = as_csv(["Name", "Owes", "Since", "Count", "Phone"], [["Ana", -0.0, date(2026, 11, 30), 3, None]])
    assert content.decode("utf-8-sig").splitlines()[1] == "Ana,0.00,30/11/2026,3,"
    assert tell(-0.0) == "0.00"
