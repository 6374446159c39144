import base64
import io

import xlsxwriter

from odoo import fields, models

from .gym_member_import_texts import explain

# Columns of the empty template, in Spanish as its users write it; each is an alias of the field it stands for.
TEMPLATE_HEADERS = (
    "Número de socio", "Nombre(s)", "Apellido paterno", "Apellido materno", "Fecha de nacimiento (dd/mm/aaaa)", "Sexo",
    "Celular", "Correo electrónico", "RFC", "CURP", "Calle y número", "Colonia", "Ciudad", "Estado", "Código postal",
    "Sucursal", "Estatus", "Fecha de ingreso", "Fecha de baja", "Contacto de emergencia", "Teléfono de emergencia",
    "Parentesco", "Tutor", "Correo del tutor", "Celular del tutor", "Correo del pagador", "Etiquetas", "Notas",
)  # fmt: skip
TEMPLATE_ROW = (
    "1001", "Ana Sofía", "López", "Ruiz", "25/12/1990", "Mujer", "5512345678", "ana@correo.mx", "", "",
    "Orizaba 10", "Roma Norte", "Ciudad de México", "Ciudad de México", "06700", "", "Activo", "15/01/2024", "",
    "Luis López", "5587654321", "hermano", "", "", "", "", "", "",
)  # fmt: skip


class GymMemberImport(models.Model):
    """What can be downloaded: the report of an import and the empty template."""

    _inherit = "gym.member.import"

    report_file = fields.Binary(compute="_compute_report_file", string="Report")
    template_file = fields.Binary(compute="_compute_template_file", string="Template")

    def _compute_report_file(self):
        for job in self:
            job.report_file = base64.b64encode(job._make_report())

    def _compute_template_file(self):
        content = base64.b64encode(_make_workbook({"Socios": [TEMPLATE_HEADERS, TEMPLATE_ROW]}))
        for job in self:
            job.template_file = content

    def action_download_report(self):
        """Download the report: each row with what happens or happened to it, and why."""
        self.ensure_one()
        self.check_access("read")
        return self._get_download("report_file", self.env._("Import report.xlsx"))

    def action_download_template(self):
        """Download an empty spreadsheet with all the columns the import knows best."""
        self.ensure_one()
        self.check_access("read")
        return self._get_download("template_file", self.env._("Members.xlsx"))

    def _get_download(self, field, filename):
        url = f"/web/content/gym.member.import/{self.id}/{field}?download=true&filename={filename}"
        return {"type": "ir.actions.act_url", "url": url, "target": "self"}

    def _make_report(self):
        """Return the report as a workbook: one row per message, at least one per row of the file, and a summary."""
        self.ensure_one()
        lines = self.line_ids
        actions = dict(lines._fields["action"]._description_selection(self.env))
        states = dict(lines._fields["state"]._description_selection(self.env))
        head = [self.env._("Line"), self.env._("Name"), self.env._("What Happens"), self.env._("State"),
                self.env._("Member"), self.env._("Column"), self.env._("Value"), self.env._("Reason"),
                self.env._("What to do")]  # fmt: skip
        rows = [head]
        for line in lines:
            start = [line.line_number, line.name or "", actions.get(line.action, ""), states[line.state],
                     line.member_id.member_number or ""]  # fmt: skip
            issues = line.issues or []
            rows += [
                [*start, issue["column"], issue["observed"], *explain(self.env, issue)[1:]] for issue in issues
            ] or [start]
        figures, title = self._get_summary(), self.env._("Summary")
        summary = [[head[2], self.env._("Rows")], *([label, count] for label, count, _is_bad in figures)]
        bad = {place for place, (*_what, is_bad) in enumerate(figures, start=1) if is_bad}
        return _make_workbook({self.env._("Import"): rows, title: summary}, {title: bad})

    def _get_summary(self):
        """Return the figures of the import: (what, count, whether it is shown in red). Hook: super first."""
        figures = ("create_count", "update_count", "skip_count", "error_count")
        labels = self.fields_get(figures, ["string"])
        return [(labels[name]["string"], self[name], name == "error_count" and bool(self[name])) for name in figures]


def _make_workbook(sheets, red=None):
    """Return an XLSX of ``sheets``, title to rows whose first is the header; texts are never taken for formulas.

    :param dict red: title to the places of the rows in red
    """
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True, "constant_memory": False})
    styles = [workbook.add_format(style) for style in ({}, {"bold": True}, {"bold": True, "font_color": "red"})]
    for title, rows in sheets.items():
        sheet = workbook.add_worksheet(title)
        for place, cells in enumerate(rows):
            style = styles[2 if place in (red or {}).get(title, ()) else place == 0]
            for column, cell in enumerate(cells):
                write = sheet.write_number if isinstance(cell, int) else sheet.write_string
                write(place, column, cell, style)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(rows[0]) - 1, 20)
    workbook.close()
    return stream.getvalue()
