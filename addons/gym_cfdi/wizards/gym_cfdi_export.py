from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# What one download can carry before the web server loses patience; printing takes most of the time
MOST_DOCUMENTS = 20_000
MOST_PRINTED = 1_000


class GymCfdiExport(models.TransientModel):
    """Chooses the stamped documents of a period and hands them out as a ZIP."""

    _name = "gym.cfdi.export"
    _description = "CFDI Export"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    date_from = fields.Date(string="From", required=True, default=lambda self: self.env.company._today().replace(day=1))
    date_to = fields.Date(string="To", required=True, default=lambda self: self.env.company._today(), help="Included.")
    with_pdf = fields.Boolean(string="With PDF", default=True)
    document_count = fields.Integer(string="Documents", compute="_compute_document_count")

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        if any(export.date_from > export.date_to for export in self):
            raise ValidationError(self.env._("The period ends before it begins. Correct one of its dates."))

    @api.depends("company_id", "date_from", "date_to")
    def _compute_document_count(self):
        documents = self.env["gym.cfdi.document"]
        for export in self:
            export.document_count = documents.search_count(export._get_domain()) if export.date_from else 0

    def _get_domain(self):
        """Stamped documents whose Fecha, by the clock of their place, is within the period."""
        after = (self.date_to or self.date_from) + timedelta(days=1)
        return [
            ("company_id", "=", self.company_id.id),
            ("uuid", "!=", False),
            ("fecha", ">=", self.date_from.isoformat()),
            ("fecha", "<", after.isoformat()),
        ]

    def _get_documents(self):
        """The documents to hand out, as the user may see them.

        :raise UserError: when there are none, or more than one download can carry
        """
        self.ensure_one()
        documents = self.env["gym.cfdi.document"].search(self._get_domain(), order="fecha, id")
        most = MOST_PRINTED if self.with_pdf else MOST_DOCUMENTS
        if not documents:
            raise UserError(self.env._("There are no stamped CFDI in that period."))
        if len(documents) > most:
            raise UserError(
                self.env._(
                    "%(count)s CFDI are more than one download can carry (%(most)s). Choose a shorter period, or do "
                    "without the PDF.",
                    count=len(documents),
                    most=most,
                )
            )
        return documents

    def action_export(self):
        """Check that there is something to download, and download it."""
        self._get_documents()
        return {"type": "ir.actions.act_url", "url": f"/gym_cfdi/export/{self.id}", "target": "download"}
