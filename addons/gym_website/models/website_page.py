import time

from odoo import models

CACHED_SECONDS = 60


class WebsitePage(models.Model):
    """What a page says while it stays in Odoo's cache, and the picture that others show of the home."""

    _inherit = "website.page"

    def _get_cache_key(self, request):
        """Let a page be as old as a minute, not an hour: it tells who is open and today's prices."""
        return (*super()._get_cache_key(request), int(time.time() // CACHED_SECONDS))

    def _default_website_meta(self):
        meta = super()._default_website_meta()
        photo = self.env["website"].get_current_website()._get_gym_photo()
        if photo and self.view_id.key == "gym_website.home":
            meta["default_opengraph"]["og:image"] = meta["default_twitter"]["twitter:image"] = photo
        return meta
