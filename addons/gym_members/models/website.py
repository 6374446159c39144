from odoo import models
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)
TITLES = {
    "account.portal_invoice_page": _lt("Your invoice"),
    "account.portal_my_invoices": _lt("Your invoices and payments"),
    "auth_signup.reset_password": _lt("Choose another password"),
    "auth_signup.signup": _lt("Your account"),
    "http_routing.400": _lt("The page could not be shown"),
    "http_routing.403": _lt("You may not see this page"),
    "http_routing.404": _lt("This page does not exist"),
    "http_routing.http_error": _lt("The page could not be shown"),
    "portal.portal_my_details": _lt("Your data"),
    "portal.portal_my_home": _lt("Your account"),
    "portal.portal_my_security": _lt("Security of your account"),
    "web.login": _lt("Sign in"),
    "website.page_404": _lt("This page does not exist"),
}


class Website(models.Model):
    _inherit = "website"

    def _get_view_title(self, view):
        """Return the title of a page that states none: Odoo takes the name of its template, in English.

        :return: a text; False when the site's own name is all that can be said
        """
        title = TITLES.get(view.key)
        return self.env._(title) if title else False  # pylint: disable=gettext-variable
