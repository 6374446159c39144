import functools
from contextvars import ContextVar

import xlsxwriter

from odoo import http

from odoo.addons.web.controllers.export import CSVExport, ExcelExport
from odoo.addons.web.controllers.pivot import TableExporter

from ..domain.spreadsheet import as_csv_text

# Whether texts of the workbook that is being written stay text
_only_text = ContextVar("only_text", default=False)
_add_worksheet = xlsxwriter.Workbook.add_worksheet


@functools.wraps(_add_worksheet)
def _add_guarded_worksheet(self, *args, **kwargs):
    worksheet = _add_worksheet(self, *args, **kwargs)
    if _only_text.get():
        worksheet.add_write_handler(str, _write_text)
    return worksheet


def _write_text(worksheet, row, column, text, *args):
    """Write a text as one, whatever it looks like: ``=``, ``{=``, ``http:``, ``external:``."""
    return worksheet.write_string(row, column, text, *args) if text else worksheet.write_blank(row, column, text, *args)


# Odoo's exports make their workbook inside one long function, so that nothing smaller can be overridden. Workbooks of
# others are as they were.
xlsxwriter.Workbook.add_worksheet = _add_guarded_worksheet


def _keep_text(export):
    """Decorate a route: workbooks that it writes hold no formulas and no links, as people's names are in them."""

    @functools.wraps(export)
    def keep_text(*args, **kwargs):
        token = _only_text.set(True)
        try:
            return export(*args, **kwargs)
        finally:
            _only_text.reset(token)

    return keep_text


class GuardedExcelExport(ExcelExport):
    @http.route()
    @_keep_text
    def web_export_xlsx(self, data):
        return super().web_export_xlsx(data)


class GuardedTableExporter(TableExporter):
    @http.route()
    @_keep_text
    def export_xlsx(self, data, **kw):
        return super().export_xlsx(data, **kw)


class GuardedCSVExport(CSVExport):
    @http.route()
    def web_export_csv(self, data):
        return super().web_export_csv(data)

    def from_data(self, fields, columns_headers, rows):
        """Override: Odoo marks ``=``, ``+`` and ``-`` as text, but there are more."""
        rows = [[self._as_text(value) for value in row] for row in rows]
        return super().from_data(fields, [as_csv_text(header) for header in columns_headers], rows)

    def _as_text(self, value):
        if not isinstance(value, str) or value.startswith(("=", "-", "+")):
            return value  # marked by Odoo
        return as_csv_text(value)
