from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.vigor_guard.domain.spreadsheet import is_formula

from ..domain import fiscal_form
from ..domain.rules.engine import Failure
from ..tools import language_of


def read_fiscal_form(form):
    """Read a form of fiscal data for a page in the user's language.

    :return: :class:`~..domain.fiscal_form.FiscalData`, and errors and doubts as ``{field: (text, remedy)}``
    """
    data, *found = fiscal_form.read(form, request.env.company._today())
    errors, doubts = ({name: _tell(error) for name, error in problems.items()} for problems in found)
    if is_formula(data.name):
        errors["name"] = (
            request.env._("A spreadsheet would take this for a formula."),
            request.env._("Begin the name with a letter or a number, as the Constancia has it."),
        )
    return data, errors, doubts


def _tell(error):
    """Return text and remedy for the customer; what a rule of the SAT advises is for the issuer."""
    language = language_of(request.env)
    if isinstance(error, Failure):
        return error.text(language), request.env._("Compare it with your Constancia.")
    return error.text(language), error.remedy(language)


class FiscalDataPortal(CustomerPortal):
    """``/my/fiscal``: customers keep the data with which they are invoiced."""

    @route("/my/fiscal", type="http", auth="user", website=True, methods=["GET", "POST"])
    def cfdi_fiscal_data(self, saved=None, **form):
        partner_sudo = request.env.user.partner_id.sudo()
        is_own = partner_sudo == partner_sudo.commercial_partner_id
        errors, doubts, values = {}, {}, partner_sudo.commercial_partner_id._get_fiscal_form()
        if request.httprequest.method == "POST" and is_own:
            data, errors, doubts = read_fiscal_form(form)
            if not errors:
                partner_sudo._write_fiscal_form(data)
                return request.redirect("/my/fiscal?saved=1")
            values = {name: form.get(name, "") for name in values}
        elif values["rfc"]:
            _data, errors, doubts = read_fiscal_form(values)
        return request.render(
            "gym_cfdi.portal_fiscal_data",
            self._prepare_portal_layout_values()
            | partner_sudo._get_fiscal_choices()
            | {
                "page_name": "fiscal_data",
                "form": values,
                "errors": errors,
                "doubts": doubts,
                "saved": saved,
                "is_own": is_own,
                "company_partner": partner_sudo.commercial_partner_id,
            },
        )
