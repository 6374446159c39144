from werkzeug.exceptions import NotFound

from odoo.http import request, route

from odoo.addons.website.controllers.main import Website


class GymWebsite(Website):
    @route()
    def website_info(self, **kwargs):
        """Override: which addons there are, and of which version, is for employees."""
        if not request.env.user._is_internal():
            raise NotFound()
        return super().website_info(**kwargs)
