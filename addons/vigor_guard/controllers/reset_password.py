from odoo import http
from odoo.http import request

from odoo.addons.auth_signup.controllers.main import AuthSignupHome


class GuardedAuthSignupHome(AuthSignupHome):
    @http.route()
    def web_auth_reset_password(self, *args, **kw):
        """Override: the sentence is the same whether there is an account or not, and says so."""
        response = super().web_auth_reset_password(*args, **kw)
        values = getattr(response, "qcontext", None)
        if values and values.get("message") and not values.get("token"):
            values["message"] = request.env._(
                "If there is an account with this e-mail, instructions to choose a new password are on their way to it."
            )
        return response

    def get_auth_signup_qcontext(self):
        """Override: an address in the link does not tell whether there is an account with it.

        The links of invitations carry it beside their token, which alone says who it is.
        """
        values = super().get_auth_signup_qcontext()
        if not values.get("token") or values.get("invalid_token"):
            values.pop("signup_email", None)
        return values
