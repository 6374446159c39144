import csv
import io
import json
import zipfile

from hypothesis import given
from hypothesis import strategies as st
from vigor_guard.domain.spreadsheet import as_csv_text

from gym_members.domain.personal_export import build_archive as build

CELLS = st.none() | st.booleans() | st.integers() | st.text()
ROWS = st.lists(st.dictionaries(st.text(min_size=1), CELLS, min_size=1), max_size=4)


def build_archive(data, about):
    return build(data, about, as_csv_text)


def _open(content):
    return zipfile.ZipFile(io.BytesIO(content))


@given(ROWS)
def test_json_holds_everything(rows):
    archive = _open(build_archive({"member": rows}, {"folio": "1"}))
    assert json.loads(archive.read("data.json")) == {"about": {"folio": "1"}, "data": {"member": rows}}


def test_csv_has_every_column_and_row():
    rows = [{"name": "José", "tags": ["a", "b"]}, {"name": "Ana", "phone": "+52 55 1234 5678"}]
    text = _open(build_archive({"member": rows}, {})).read("member.csv").decode("utf-8-sig")
    assert list(csv.DictReader(io.StringIO(text))) == [
        {"name": "José", "tags": "a, b", "phone": ""},
        {"name": "Ana", "tags": "", "phone": "+52 55 1234 5678"},
    ]


def test_a_text_is_never_a_formula():
    texts = ('=HYPERLINK("http://evil")', "-2+3+cmd|' /C calc'", " @SUM(A1)", "＝1+1")
    archive = _open(build_archive({"notes": [{"body": text} for text in texts]}, {}))
    assert [row["body"][0] for row in csv.DictReader(io.StringIO(archive.read("notes.csv").decode("utf-8-sig")))] == [
        "'",
        "'",
        "'",
        "'",
    ]


def test_files_are_files_and_stay_inside():
    rows = [{"name": "../../etc/passwd", "content": b"one"}, {"name": "scan.pdf", "content": b"two"}]
    archive = _open(build_archive({"documents": rows}, {}))
    places = [row["content"] for row in json.loads(archive.read("data.json"))["data"]["documents"]]
    assert [archive.read(place) for place in places] == [b"one", b"two"]
    assert not any(".." in name.split("/") for name in archive.namelist())
