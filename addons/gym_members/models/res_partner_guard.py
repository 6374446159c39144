from pytz import all_timezones_set

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import clean_context

# Groups that answer for a company's own contact, beside Odoo's administrators
KEEPERS = ("gym_members.group_gym_owner", "gym_members.group_gym_accountant")
# What decides when, how and at which price somebody pays
TERMS = "property_"


class ResPartner(models.Model):
    """The company's own contact is not the front desk's, and terms of payment belong to the bookkeepers."""

    _inherit = "res.partner"

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            begins = "default_"
            context = self.env.context.items()
            defaults = {name.removeprefix(begins): value for name, value in context if name.startswith(begins)}
            for vals in vals_list:
                self._check_gym_terms(self._get_chosen_terms(defaults | vals))
                self._check_gym_locale(defaults | vals)
                # what is computed beforehand comes with a member, and Odoo computes it anew
                self._check_gym_computed(name for name in vals if not self._is_precomputed(name))
        return super().create(vals_list)

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
        self._check_gym_terms(vals)
        self._check_gym_computed(vals)

    @api.model
    def _check_gym_computed(self, names):
        """Let nobody write what follows from other fields: names and addresses that are shown and looked up.

        Odoo stores what a call gives for them, past what is traced and checked of the fields they follow from.

        :raise AccessError: naming them
        """
        fields = [self._fields[name] for name in names if name in self._fields]
        if computed := [one for one in fields if one.store and one.compute and one.readonly and not one.inverse]:
            labels = ", ".join(one._description_string(self.env) for one in computed)
            raise AccessError(
                self.env._("These follow from other fields, nobody writes them: %(fields)s.", fields=labels)
            )

    @api.model
    def _get_chosen_terms(self, vals):
        """Return the terms in ``vals`` that differ from those of any new contact, which come with a new member."""
        names = [name for name in vals if name.startswith(TERMS)]
        anybody = self.env(su=True, context=clean_context(self.env.context))[self._name]
        usual = anybody.default_get(names) if names else {}
        return {name: vals[name] for name in names if (vals[name] or False) != (usual.get(name) or False)}

    @api.model
    def _check_gym_terms(self, vals):
        """Let nobody but who keeps the books decide when, how and at which price somebody pays.

        :raise AccessError: when ``vals`` do
        """
        if any(name.startswith(TERMS) for name in vals) and not self._keeps_gym_books():
            raise AccessError(self.env._("Terms of payment and accounts of a contact are set by an accountant."))

    def _is_precomputed(self, name):
        return name in self._fields and self._fields[name].precompute

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
