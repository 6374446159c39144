from pytz import all_timezones_set

from odoo import api, models
from odoo.exceptions import AccessError, UserError

# Groups that answer for a company's own contact, beside Odoo's administrators
KEEPERS = ("gym_members.group_gym_owner", "gym_members.group_gym_accountant")
# What decides when, how and at which price somebody pays
TERMS = "property_"


class ResPartner(models.Model):
    """The company's own contact is not the front desk's, and terms of payment belong to the bookkeepers."""

    _inherit = "res.partner"

    def write(self, vals):
        if not self.env.su and vals:
            self._check_gym_write(vals)
        return super().write(vals)

    def unlink(self):
        if not self.env.su:
            self._check_gym_company_contact()
        return super().unlink()

    def _check_gym_write(self, vals):
        """Refuse what the current user may not change of these contacts, although they may write contacts.

        :raise AccessError: naming the contact
        """
        self._check_gym_company_contact()
        self._check_gym_locale(vals)
        if any(name.startswith(TERMS) for name in vals) and not self._keeps_gym_books():
            raise AccessError(self.env._("Terms of payment and accounts of a contact are set by an accountant."))

    @api.model
    def _check_gym_locale(self, vals):
        """Refuse languages and time zones that are none: Odoo keeps any text, and then no mail to the person is made.

        :raise UserError: naming what is wrong
        """
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        for name, known in (("lang", languages), ("tz", all_timezones_set)):
            if vals.get(name) and vals[name] not in known:
                raise UserError(
                    self.env._("“%(value)s” is not on the list. Choose another one.", value=vals[name][:40])
                )

    def _check_gym_company_contact(self):
        """Let nobody but owners, accountants and administrators of a company change its own contact.

        Its name, RFC and address stand on every invoice.
        """
        companies, user = self._get_gym_companies(), self.env.user
        if not companies or user.has_group("base.group_erp_manager"):
            return
        if not (self._keeps_gym_books() and companies <= user.company_ids):
            raise AccessError(
                self.env._(
                    "%(company)s is the company itself: its name, RFC and address stand on every invoice. Only an "
                    "owner or accountant of it changes them.",
                    company=companies[0].name,
                )
            )

    def _get_gym_companies(self):
        """Return, in sudo, the companies of which these contacts are the company itself."""
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        return companies.search([("partner_id", "in", self.ids)])

    def _keeps_gym_books(self):
        user = self.env.user
        return user.has_group("base.group_erp_manager") or any(user.has_group(role) for role in KEEPERS)
