from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_amount, format_date

from .gym_insights import EXPIRING_WITHIN

MOST_OWING = 5


class GymInsights(models.AbstractModel):
    """What waits for somebody, and who owes most: what the page says beside its numbers."""

    _inherit = "gym.insights"

    @api.model
    def _get_waiting(self, locations):
        """Return what somebody has to look at, each with its list; what waits for nobody is left out.

        Hook: an addon that has something waiting calls super and adds to the list.
        """
        at_branch = Domain("location_id", "in", locations.ids)
        company = Domain("company_id", "=", self.env.company.id)
        found = [
            self._make_waiting(
                self.env._("Cards that expire within a month"),
                "gym.subscription",
                at_branch & self._get_expiring_domain(locations),
            ),
            self._make_waiting(
                self.env._("Subscriptions that could not be billed"),
                "gym.billing.issue",
                at_branch & Domain("state", "=", "open"),
            ),
            self._make_waiting(
                self.env._("Charges whose outcome only a person can find out"),
                "gym.charge",
                at_branch & Domain("needs_person", "=", True) & Domain("state", "=", "in_doubt"),
            ),
            self._make_waiting(
                self.env._("Refunds whose outcome only a person can find out"),
                "gym.refund",
                company & Domain("needs_person", "=", True) & Domain("state", "=", "in_doubt"),
            ),
            self._make_waiting(
                self.env._("Privacy requests with a deadline"),
                "gym.privacy.request",
                company & Domain("state", "in", ("received", "answered")),
            ),
            self._make_waiting(
                self.env._("CFDI that were rejected"), "gym.cfdi.document", company & Domain("state", "=", "rejected")
            ),
            self._make_waiting(self.env._("Problems in scheduled work"), "vigor.cron.problem", Domain.TRUE),
        ]
        return [one for one in found if one]

    def _make_waiting(self, label, model, domain):
        """Return a line of what waits, or ``None``: nothing does, the model is not installed, or not for this user."""
        if model not in self.env or not self.env[model].has_access("read"):
            return None
        count = self.env[model].search_count(domain)
        action = self._make_action(label, model, domain) | {"views": [(False, "list"), (False, "form")]}
        return {"label": label, "count": count, "action": action} if count else None

    @api.model
    def _get_expiring_domain(self, locations):
        """Return running subscriptions whose saved card expires within a month; the cards themselves stay unseen."""
        latest = self.env.company._today() + EXPIRING_WITHIN
        tokens = self.env["payment.token"].sudo()
        cards = tokens.search([("card_expires_on", "!=", False), ("card_expires_on", "<=", latest)])
        paying = self.env["gym.subscription"].sudo().search([("token_id", "in", cards.ids)])
        states = self.env["gym.subscription"]._get_running_states()
        return Domain("id", "in", paying.ids) & Domain("state", "in", states)

    @api.model
    def _get_owing(self, locations):
        """Return who owes most, with how to reach them."""
        rows = self.env["gym.owing.report"].search(
            [("location_id", "in", locations.ids)], order="amount desc, id", limit=MOST_OWING
        )
        return [
            {
                "id": row.id,
                "name": row.sudo().partner_id.name,
                "plans": row.plan_names,
                "amount": format_amount(self.env, row.amount, row.currency_id),
                "since": format_date(self.env, row.date_due),
                "phone": row.phone,
                "promised": row.promised_on and format_date(self.env, row.promised_on),
            }
            for row in rows
        ]
