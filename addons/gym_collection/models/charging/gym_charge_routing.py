from datetime import timedelta

from odoo import models

from odoo.addons.gym_subscriptions.models.money import to_decimal, to_number

from ...domain.routing import Route, rank

MEASURED_DAYS = 90


class GymCharge(models.Model):
    """Which card an attempt is made with."""

    _inherit = "gym.charge"

    def _get_route(self):
        """Return the best card of the payer that has not failed for this invoice today, or an empty recordset."""
        self.ensure_one()
        tokens = self._get_tokens()
        rates = self._get_success_rates(tokens.provider_id)
        chosen = self._get_subscriptions().token_id
        routes = [
            Route(
                token.id,
                token in chosen,
                *rates.get(token.provider_id.id, (0, 0)),
                to_number(token.provider_id.gym_fee_percent),
                to_decimal(token.provider_id.gym_fee_fixed),
            )
            for token in tokens
        ]
        ranked = rank(routes, to_decimal(self.amount), self._get_failed_today())
        return tokens.browse(ranked[0].key) if ranked else tokens.browse()

    def _get_tokens(self):
        """Return, in sudo, the cards of whom the invoice is made out to that this company can charge; nobody else's."""
        tokens = self.env["payment.token"].sudo()
        return tokens.search(
            [
                ("partner_id", "=", self.move_id.partner_id.id),
                ("provider_id.state", "in", ("enabled", "test")),
                ("provider_id.company_id", "parent_of", self.company_id.id),
            ]
        )

    def _get_failed_today(self):
        """Return the ids of the cards that failed for this invoice today, whenever they were sent."""
        failed = self.sudo().search([("move_id", "=", self.move_id.id), ("state", "=", "failed")])
        today = self._get_today()
        return set(failed.filtered(lambda charge: charge._get_failed_on() >= today).token_id.ids)

    def _get_failed_on(self):
        answered_at = self.transaction_id.last_state_change
        if not answered_at or not self.location_id:
            return self.date
        return max(self.date, self.location_id._to_local(answered_at).date())

    def _get_success_rates(self, providers):
        """Return {provider id: (successes, tries)} of the last ninety days."""
        since = self.env.company._today() - timedelta(days=MEASURED_DAYS)
        rates = {}
        for provider, state, count in self.sudo()._read_group(
            [("provider_id", "in", providers.ids), ("date", ">=", since), ("state", "in", ("done", "failed"))],
            ["provider_id", "state"],
            ["__count"],
        ):
            successes, tries = rates.get(provider.id, (0, 0))
            rates[provider.id] = (successes + (count if state == "done" else 0), tries + count)
        return rates
