from odoo import api, models
from odoo.tools import LazyTranslate

from odoo.addons.gym_subscriptions.domain.entry import Objection

from ..chargebacks.gym_chargeback import BARRING_STATES

_lt = LazyTranslate(__name__)

DEBT_TEXTS = {
    "owes": (_lt("%(amount)s are overdue for %(plan)s."), _lt("Take the payment, or send the link to pay.")),
    "owes_in_grace": (
        _lt("%(amount)s are overdue for %(plan)s; the door stays open until %(day)s."),
        _lt("Take the payment, or send the link to pay."),
    ),
    "promised": (
        _lt("%(amount)s are overdue for %(plan)s and promised for %(day)s."),
        _lt("Take the payment, or send the link to pay."),
    ),
    "disputed": (_lt("The bank took a payment of %(plan)s back."), _lt("See the chargeback; a manager decides.")),
}


class GymSubscription(models.Model):
    """What is owed speaks against entering, as far as no days of grace and no promise hold the door open."""

    _inherit = "gym.subscription"

    def _get_entry_objections_on(self, location, days):
        """Override of `gym_subscriptions`: what is owed and what the bank took back."""
        found = super()._get_entry_objections_on(location, days)
        overdue = {key: by_day for key, by_day in self._get_overdue_on(days).items() if any(by_day.values())}
        moves = (
            self.env["account.move"].sudo().union(*(each for by_day in overdue.values() for each in by_day.values()))
        )
        cases = moves._get_open_cases()
        policies = {company: self.env["gym.dunning.policy"]._get_of_company(company) for company in moves.company_id}
        disputed = moves._get_disputes(BARRING_STATES).transaction_id.invoice_ids
        for one in self.sudo().filtered(lambda one: one.id in overdue):
            for day, owed in overdue[one.id].items():
                if not owed:
                    continue
                case = cases.get((owed.partner_id[:1], one.location_id))
                policy = case.policy_id if case else policies[one.company_id]
                taken_back = (Objection("disputed"),) if owed & disputed else ()
                found[one.id][day] += (owed._get_debt_objection(day, policy, case), *taken_back)
        return found

    @api.model
    def _get_entry_texts(self):
        return super()._get_entry_texts() | DEBT_TEXTS

    @api.model
    def _get_entry_buttons(self):
        """Override of `gym_subscriptions`: debts are paid at the desk."""
        pay = (self.env._("Take payment"), "action_take_payment")
        return super()._get_entry_buttons() | dict.fromkeys(("suspended", *DEBT_TEXTS), pay)
