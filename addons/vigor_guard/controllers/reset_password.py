from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.auth_signup.controllers.main import AuthSignupHome

from ..domain.spreadsheet import is_formula


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

    def _prepare_signup_values(self, qcontext):
        """Override: nobody signs up with a name that a spreadsheet would take for a formula."""
        if is_formula(qcontext.get("name")):
            raise UserError(
                request.env._("Begin your name with a letter: a spreadsheet would take this for a formula.")
            )
        return super()._prepare_signup_values(qcontext)

    def get_auth_signup_qcontext(self):
        """Override: an address in the link does not tell whether there is an account with it.

        The links of invitations carry it beside their token, which alone says who it is.
        """
        values = super().get_auth_signup_qcontext()
        if not values.get("token") or values.get("invalid_token"):
            values.pop("signup_email", None)
        return values
