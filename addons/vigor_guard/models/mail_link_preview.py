from odoo import api, models


class MailLinkPreview(models.Model):
    _inherit = "mail.link.preview"

    @api.model
    def _is_link_preview_enabled(self):
        """Override: the server fetches no address that somebody wrote into a message."""
        return False

    @api.model
    def _create_from_message_and_notify(self, message, request_url=None):
        """Override: for callers that do not ask whether previews are enabled."""

    @api.model
    def _search_or_create_from_url(self, url):
        """Override: what the database has, nothing is fetched."""
        return self.search([("source_url", "=", url)])
