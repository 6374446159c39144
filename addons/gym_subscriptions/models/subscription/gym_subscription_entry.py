from decimal import Decimal

from odoo import api, models
from odoo.tools import LazyTranslate, format_date

from ...domain import entry

_lt = LazyTranslate(__name__)

# What the desk says of each objection, and what to do.
ENTRY_TEXTS = {
    "no_plan": (_lt("There is no plan."), _lt("Sell one, or a day pass.")),
    "not_begun": (_lt("%(plan)s has not begun."), _lt("Begin it.")),
    "not_started": (_lt("%(plan)s begins on %(day)s."), _lt("Change its first day, or sell a day pass.")),
    "ended": (_lt("%(plan)s ended on %(day)s."), _lt("Reactivate it, or sell another plan.")),
    "suspended": (_lt("%(plan)s is suspended for lack of payment."), _lt("Take the payment.")),
    "frozen": (_lt("%(plan)s is frozen until %(day)s."), _lt("End the freeze.")),
    "wrong_branch": (_lt("%(plan)s does not open this branch."), _lt("Change the plan, or sell a day pass.")),
    "outside_hours": (_lt("%(plan)s does not open at this hour."), _lt("Come at its hours, or change the plan.")),
    "branch_closed": (_lt("The branch is closed now."), _lt("Come when it is open.")),
}


class GymSubscription(models.Model):
    """Who may enter: the one place that is asked, and that addons extend with reasons of their own."""

    _inherit = "gym.subscription"

    def _get_entry_objections(self, location, at):
        """Return all that speaks against entering ``location`` by each of these at an instant.

        Many cost as many queries as one.

        :param location: ``gym.location``, a branch
        :param datetime at: naive UTC
        :return: dict of id to a tuple of :class:`~...domain.entry.Objection`; an empty one lets in
        """
        subscriptions = self.sudo()
        day = location._to_local(at).date()
        found = subscriptions._get_entry_objections_on(location, [day])
        opened = {plan: plan._get_hours_at(location, at) for plan in subscriptions.plan_id}
        is_open = location.sudo()._is_open_at(at)
        return {one.id: entry.at_hour(found[one.id][day], opened[one.plan_id], is_open) for one in subscriptions}

    def _get_entry_objections_on(self, location, days):
        """Return all that speaks against entering ``location`` by each of these on civil days, whatever the hour.

        Hook: what knows of another reason (debts, disputes) adds it here, with as many queries for many days as for
        one.

        :param list days: civil days of the branch
        :return: dict of id to a dict of day to a tuple of :class:`~...domain.entry.Objection`
        """
        found = {}
        for one in self.sudo():
            facts = one._get_entry_facts(location)
            found[one.id] = {day: entry.objections(facts, day) for day in days}
        return found

    def _entry_changed(self):
        """Hook: called when what speaks for or against entering by these has changed; overrides call super."""

    def _get_entry_facts(self, location):
        self.ensure_one()
        freezes = self.freeze_ids.filtered(lambda one: one.state in ("planned", "running"))
        return entry.Facts(
            state=self.state,
            starts=self.date_start or None,
            ends=self.date_end or None,
            frozen=tuple((one.date_start, one.date_end) for one in freezes),
            is_branch_open_to=location in self.plan_id._get_access_locations(self.location_id),
        )

    @api.model
    def _get_entry_texts(self):
        """Return what is said of each objection: code to a reason and a remedy; an addon adds those of its own."""
        return ENTRY_TEXTS

    @api.model
    def _get_entry_buttons(self):
        """Return what the desk can do about objections: code to a label and the ``gym.member`` method of a button.

        Hook: an addon with a remedy of its own adds it to super's.
        """
        see = (self.env._("See subscriptions"), "action_open_subscriptions")
        return dict.fromkeys(("no_plan", "not_begun", "not_started", "ended", "frozen", "wrong_branch"), see)

    def _explain_entry(self, objection):
        """Return an objection in the user's language: dict with ``code``, ``severity``, ``reason`` and ``remedy``.

        ``self`` may be empty, for what speaks against entering by any plan.
        """
        reason, remedy = self._get_entry_texts()[objection.code]
        values = {"plan": self.sudo().plan_id.name or ""} | {
            name: self._show_entry_value(value) for name, value in objection.values.items()
        }
        return {
            "code": objection.code,
            "severity": objection.severity,
            "reason": self.env._(reason) % values,  # pylint: disable=gettext-variable
            "remedy": self.env._(remedy) % values,  # pylint: disable=gettext-variable
        }

    def _show_entry_value(self, value):
        if hasattr(value, "year"):
            return format_date(self.env, value)
        return self.env.company.currency_id.format(value) if isinstance(value, Decimal) else value
