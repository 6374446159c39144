import babel.dates

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import babel_locale_parse, format_amount, format_date, get_lang

from ..domain.waterfall import whole

ROLES = ("manager", "owner", "accountant")
LARGE = 10_000  # from here on cents say nothing


class GymInsightsPage(models.AbstractModel):
    """What the pages of figures share: who may see them, of which branches, and how money and months are written."""

    _name = "gym.insights.page"
    _description = "Page of Figures"

    @api.model
    def _check_may_see(self):
        """Let only those see figures who run the gym or keep its books.

        :raise AccessError: for who is neither manager, owner nor accountant of a gym
        """
        if not self._may_see():
            raise AccessError(self.env._("This page is for managers, owners and accountants."))

    @api.model
    def _may_see(self):
        return any(self.env.user.has_group(f"gym_members.group_gym_{role}") for role in ROLES)

    @api.model
    def _get_branches(self):
        return self.env["gym.location"].search([("kind", "=", "branch"), ("company_id", "=", self.env.company.id)])

    @api.model
    def _get_choices(self):
        """Return the branches and plans that a page can be narrowed to."""
        plans = self.env["gym.plan"].with_context(active_test=False)
        found = plans.search([("company_id", "=", self.env.company.id)])
        return {
            "locations": [{"id": one.id, "name": one.name} for one in self._get_branches()],
            "plans": [{"id": one.id, "name": one.name} for one in found],
        }

    @api.model
    def _get_filter(self, location_id, plan_id):
        """Return the domain of a page: the company switched on, one branch, one plan."""
        wanted = {"company_id": self.env.company.id, "location_id": location_id, "plan_id": plan_id}
        return [(name, "=", int(value)) for name, value in wanted.items() if value]

    @api.model
    def _read_months(self, model, domain, groupby, aggregates):
        """Return the groups of a report of all months; compiling its query takes PostgreSQL longer than the query."""
        self.env.cr.execute("SET LOCAL jit = off")
        return self.env[model]._read_group(domain, groupby, aggregates)

    @api.model
    def _tell_money(self, amount):
        """Return an amount as people read it: no cents where it is large, no sign before zero."""
        currency = self.env.company.currency_id
        if abs(amount) >= LARGE:
            return self._tell_pesos(amount)
        return format_amount(self.env, currency.round(amount) or 0.0, currency)

    @api.model
    def _tell_pesos(self, amount):
        """Return an amount in whole pesos."""
        currency = self.env.company.currency_id
        number = self.env["res.lang"].browse(get_lang(self.env).id).format("%d", whole(amount), grouping=True)
        parts = (currency.symbol, number) if currency.position == "before" else (number, currency.symbol)
        return "\N{NO-BREAK SPACE}".join(parts)

    @api.model
    def _tell_month(self, day):
        return format_date(self.env, day, date_format="MMM y")

    @api.model
    def _tell_day(self, day):
        """Return a day of the year as people say it: 3 de octubre."""
        locale = babel_locale_parse(get_lang(self.env).code)
        return babel.dates.format_skeleton("MMMMd", day, locale=locale)

    @api.model
    def _make_action(self, name, model, domain):
        views = [(False, "list"), (False, "form")] if model == "gym.subscription" else [(False, "list")]
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "domain": list(domain),
            "views": views,
            "target": "current",
        }
