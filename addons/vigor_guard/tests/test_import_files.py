import io
import time
import zipfile
from datetime import date
from unittest.mock import patch

import openpyxl

from odoo.tests import TransactionCase, tagged

from ..models import base_import_import

CSV = {"quoting": '"', "separator": "", "has_headers": True}
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
ODS = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
    xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
    office:version="1.2"><office:body><office:spreadsheet><table:table table:name="A"><table:table-row>
    <table:table-cell table:number-columns-repeated="2000000000"><text:p>x</text:p></table:table-cell>
    <table:table-cell><text:p>y</text:p></table:table-cell>
    </table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"""


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


def sheet(rows, rest=""):
    content = f"<worksheet xmlns='{NAMESPACE}'><sheetData>{rows}</sheetData>{rest}</worksheet>"
    return replaced(workbook(["Name"], ["Ana"]), "xl/worksheets/sheet1.xml", content)


def open_document():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", ODS)
    return stream.getvalue()


@tagged("post_install", "-at_install")
class TestImportFiles(TransactionCase):
    """Odoo's *Import records* reads what it read before, and no file stops a worker or fills its memory."""

    def _preview(self, content, name, options=None):
        record = self.env["base_import.import"].create(
            {"res_model": "res.partner", "file": content, "file_name": name, "file_type": ""}
        )
        return record.parse_preview(options or dict(CSV))

    def _assert_refused(self, content, name="x.xlsx", text="takes more than"):
        with patch.object(base_import_import, "read_import_apart", _with_less):
            started = time.monotonic()
            answer = self._preview(content, name)
        self.assertIn(text, answer["error"])
        self.assertNotIn("headers", answer)
        self.assertLess(time.monotonic() - started, 60)

    def test_a_workbook_is_read_as_before(self):
        content = workbook(["Name", "Zip", "Date"], ["Ana", 6700.0, date(2026, 3, 1)], ["Leo", 1.5, None])
        record = self.env["base_import.import"].create(
            {"res_model": "res.partner", "file": content, "file_name": "x.xlsx"}
        )
        options = dict(CSV)
        length, rows = record._read_file(options)
        self.assertEqual(length, 3)
        self.assertEqual(rows[1:], [["Ana", "6700", date(2026, 3, 1)], ["Leo", "1.5", ""]])
        self.assertEqual((options["sheets"], options["sheet"]), (["Sheet"], "Sheet"))
        self.assertEqual(self._preview(content, "x.xlsx")["headers"], ["Name", "Zip", "Date"])

    def test_text_is_read_as_before(self):
        answer = self._preview("Name;City\nÁngel;León\n".encode(), "x.csv")
        self.assertEqual((answer["headers"], answer["options"]["separator"]), (["Name", "City"], ";"))
        self.assertEqual(answer["preview"], [["Ángel"], ["León"]])

    def test_what_is_wrong_is_told_in_the_words_of_odoo(self):
        options = dict(CSV, quoting="''")
        self.env["res.lang"]._activate_lang("es_MX")
        record = self.env["base_import.import"].with_context(lang="es_MX")
        record = record.create({"res_model": "res.partner", "file": b"a;b\n1;2\n", "file_name": "x.csv"})
        self.assertIn("caracter", record.parse_preview(dict(options, separator=";"))["error"].replace("á", "a"))
        self.assertTrue(self._preview(b"PK\x03\x04 damaged", "x.xlsx")["error"])

    def test_a_cell_far_away_and_wide_merges_end_their_own_process(self):
        cell = "<row r='1'><c r='A1'><v>1</v></c></row>"
        self._assert_refused(sheet(cell + "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>"))
        self._assert_refused(sheet(cell, "<mergeCells><mergeCell ref='A1:XFD1048576'/></mergeCells>"))

    def test_strings_that_unpack_to_much_end_their_own_process(self):
        strings = f"<sst xmlns='{NAMESPACE}'>" + "<si><t>x</t></si>" * 12_000_000 + "</sst>"
        self._assert_refused(replaced(workbook(["Name"]), "xl/sharedStrings.xml", strings), text="")

    def test_repeated_cells_of_an_open_document_end_their_own_process(self):
        self._assert_refused(open_document(), "x.ods", text="")  # also where Odoo has no reader for it

    def test_text_whose_letters_are_hard_to_guess_ends_its_own_process(self):
        self._assert_refused(("ñá,def\n" * 200_000).encode("cp1252"), "x.csv")

    def test_a_file_too_big_is_not_read_at_all(self):
        with patch.object(base_import_import, "MAX_BYTES", 10):
            self.assertIn("in parts", self._preview(b"Name;City\nA;B\n", "x.csv")["error"])


def _with_less(*args, read=base_import_import.read_import_apart):
    """The same within less, so that the test takes less."""
    return read(*args, cpu_s=5, memory_bytes=512 * 2**20)
