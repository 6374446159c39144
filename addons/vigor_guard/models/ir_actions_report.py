import logging

from odoo import api, models

from ..domain.printing import foreign_addresses, without_foreign

_logger = logging.getLogger(__name__)


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    @api.model
    def _run_wkhtmltopdf(
        self,
        bodies,
        report_ref=False,
        header=None,
        footer=None,
        landscape=False,
        specific_paperformat_args=None,
        set_viewport_size=False,
    ):
        """Override: the program that prints fetches styles and pictures of this Odoo, and nothing that a text names.

        It runs on the server, with the session of the person who prints, and reaches what only the server can.
        """
        own = {self._get_report_url(), self.get_base_url()}
        pages = [self._without_foreign(page, own) for page in [*bodies, header, footer]]
        *bodies, header, footer = pages
        return super()._run_wkhtmltopdf(
            bodies,
            report_ref=report_ref,
            header=header,
            footer=footer,
            landscape=landscape,
            specific_paperformat_args=specific_paperformat_args,
            set_viewport_size=set_viewport_size,
        )

    def _run_wkhtmltoimage(self, bodies, width, height, image_format="jpg"):
        """Override: the same for what is printed as a picture."""
        own = {self._get_report_url(), self.get_base_url()}
        bodies = [self._without_foreign(page, own) for page in bodies]
        return super()._run_wkhtmltoimage(bodies, width, height, image_format=image_format)

    def _without_foreign(self, page, own):
        if not page or not (found := foreign_addresses(page, own)):
            return page
        _logger.warning("Printed without what its text would fetch: %s", ", ".join(found)[:500])
        return type(page)(without_foreign(page, own))
