"""A table as a file that spreadsheets open. Text of strangers stays text: no cell becomes a formula."""

import csv
import io
from datetime import date

import xlsxwriter

from odoo.addons.vigor_guard.domain.spreadsheet import as_csv_text

WIDEST = 40  # signs of a column
DAY = "dd/mm/yyyy"


def as_csv(titles, rows):
    """Return the table as CSV in UTF-8 with the mark by which spreadsheets know it; days as 31/12/2026."""
    file = io.StringIO()
    csv.writer(file).writerows([map(_csv_cell, row) for row in (titles, *rows)])
    return file.getvalue().encode("utf-8-sig")


def as_xlsx(titles, rows):
    """Return the table as a workbook: days and numbers stay what they are, all else is text."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        bold, day = workbook.add_format({"bold": True}), workbook.add_format({"num_format": DAY})
        money = workbook.add_format({"num_format": "#,##0.00"})
        for column, title in enumerate(titles):
            sheet.write_string(0, column, title, bold)
            width = max([len(title), *(len(tell(row[column])) for row in rows)])
            sheet.set_column(column, column, min(WIDEST, width + 2))
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                _write(sheet, number, column, value, {date: day, float: money})
        sheet.freeze_panes(1, 0)
    return file.getvalue()


def tell(value):
    """Return a value as people read it."""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float):
        return f"{value + 0.0:,.2f}"
    return "" if value in (None, False) else str(value)


def _csv_cell(value):
    if isinstance(value, float):
        return f"{value + 0.0:.2f}"
    return as_csv_text(tell(value))


def _write(sheet, number, column, value, formats):
    if isinstance(value, date):
        sheet.write_datetime(number, column, value, formats[date])
    elif isinstance(value, float):
        sheet.write_number(number, column, value, formats[float])
    elif isinstance(value, int) and not isinstance(value, bool):
        sheet.write_number(number, column, value)
    else:
        sheet.write_string(number, column, tell(value))
