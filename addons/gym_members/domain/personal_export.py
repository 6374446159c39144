"""The copy of a person's data: one ZIP with JSON for machines, CSV for spreadsheets and the files themselves."""

import csv
import io
import json
import re
import zipfile

from .names import begins_formula


def build_archive(data, about):
    """Return the bytes of a ZIP with ``data.json``, one ``<section>.csv`` per section and the files below ``files/``.

    :param dict data: section to list of rows; a row is a dict whose values are text, numbers, booleans, ``None``,
        lists of those, or ``bytes``; bytes become a file and the value its place in the archive
    :param dict about: what the archive is: folio, dates; goes into the JSON
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        plain = {section: _without_files(archive, section, rows) for section, rows in data.items()}
        archive.writestr("data.json", json.dumps({"about": about, "data": plain}, ensure_ascii=False, indent=2))
        for section, rows in plain.items():
            archive.writestr(f"{_safe(section)}.csv", _to_csv(rows).encode("utf-8-sig"))
    return buffer.getvalue()


def _without_files(archive, section, rows):
    plain = []
    for number, row in enumerate(rows, start=1):
        plain.append({})
        for name, value in row.items():
            if isinstance(value, bytes):
                path = f"files/{_safe(section)}-{number}-{_safe(str(row.get('name') or name))}"
                archive.writestr(path, value)
                value = path
            plain[-1][name] = value
    return plain


def _to_csv(rows):
    columns = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns)
    writer.writeheader()
    writer.writerows({name: _to_cell(value) for name, value in row.items()} for row in rows)
    return out.getvalue()


def _to_cell(value):
    """Return a value as a cell that no spreadsheet takes for a formula."""
    if isinstance(value, list):
        value = ", ".join(str(item) for item in value)
    if isinstance(value, str) and begins_formula(value) and not re.fullmatch(r"[+-][\d\s.]+", value):
        return f"'{value}"
    return value


def _safe(name):
    return re.sub(r"[^\w.-]+", "_", name).strip(".") or "file"
