from odoo import api, models

from ..domain import tables

# Of each report: its model and the columns of its file
REPORTS = {
    "owing": (
        "gym.owing.report",
        ("partner_id", "plan_names", "amount", "date_due", "promised_on", "phone", "email", "location_id"),
    ),
    "money": ("gym.money.report", ("date", "partner_id", "reference", "journal_id", "location_id", "amount")),
    "movements": ("gym.mrr.report", ("month", "member_id", "plan_id", "location_id", "kind", "change", "mrr")),
    "segment": ("gym.member", ("member_number", "name", "phone", "email", "stage", "location_id", "date_joined")),
}


class GymReportFile(models.AbstractModel):
    """A report as a file: its rows as the user of the environment may see them, in their language."""

    _name = "gym.report.file"
    _description = "File of a Report"

    @api.model
    def _make(self, report, domain, file_format, name, day):
        """Return the content of the file.

        :param str report: one of :data:`REPORTS`
        :param str file_format: ``xlsx``, ``csv`` or ``pdf``
        :param str name: of the report, and ``day`` on which it is made, for its head
        :raise AccessError: for who may not see the report
        """
        model, names = REPORTS[report]
        records = self.env[model].search(domain)
        titles = [self.env[model]._fields[one].get_description(self.env, ["string"])["string"] for one in names]
        rows = [[self._get_cell(record, one) for one in names] for record in records]
        if file_format == "pdf":
            return self._as_pdf(titles, rows, name, day)
        return {"xlsx": tables.as_xlsx, "csv": tables.as_csv}[file_format](titles, rows)

    @api.model
    def _get_cell(self, record, name):
        """Return a value as a file takes it; what the row points to by the name that the row shows."""
        field, value = record._fields[name], record[name]
        if field.type == "many2one":
            return value.sudo().display_name or ""
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, "")
        return float(value) if field.type == "monetary" else value

    @api.model
    def _as_pdf(self, titles, rows, name, day):
        told = [[tables.tell(value) for value in row] for row in rows]
        values = {"titles": titles, "rows": told, "name": name, "day": day, "gym": self.env.company.name}
        html = self.env["ir.qweb"].sudo()._render("gym_insights.report_table", values)
        reports = self.env["ir.actions.report"].sudo()
        margins = {"data-report-margin-top": 12, "data-report-header-spacing": 5}
        return reports._run_wkhtmltopdf([html], landscape=True, specific_paperformat_args=margins)
