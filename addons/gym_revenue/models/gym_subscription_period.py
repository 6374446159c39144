from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.gym_subscriptions.domain.periods import Period
from odoo.addons.gym_subscriptions.domain.proration import ZERO, to_cents
from odoo.addons.gym_subscriptions.models.money import to_decimal
from odoo.addons.gym_subscriptions.models.subscription.gym_subscription_running import RUNNING_KINDS

from ..domain import deferral, mrr


class GymSubscriptionPeriod(models.Model):
    """What a billed period is in the books: without IVA, and what it is worth a month."""

    _inherit = "gym.subscription.period"

    amount_untaxed = fields.Monetary(
        string="Without IVA",
        compute="_compute_books",
        store=True,
        precompute=True,
        help="As the invoice posted it; negative for a credit.",
    )
    monthly_value = fields.Monetary(
        string="A Month",
        compute="_compute_books",
        store=True,
        precompute=True,
        help="Price of a whole period without IVA, as of a month: a year has 12 months and 365 days.",
    )

    _covered = models.Index("(company_id, date_start, date_until) WHERE monthly_value != 0")

    @api.depends(
        "move_line_id.parent_state",
        "move_line_id.balance",
        "move_line_id.gym_credit_line_ids.parent_state",
        "move_line_id.gym_credit_line_ids.balance",
        "kind",
        "price",
    )
    def _compute_books(self):
        credited = self.move_line_id._get_credited_by_hand()
        for period in self:
            line = period.move_line_id
            # A free period has no line, and one of an invoice that was cancelled or taken back is in no book.
            untaxed = ZERO if line.parent_state != "posted" else -to_decimal(line.balance)
            period.amount_untaxed = untaxed
            period.monthly_value = period._get_monthly_value(untaxed - credited.get(line, ZERO))

    def _get_monthly_value(self, untaxed):
        """Return what this row adds to monthly recurring revenue while it lasts; nothing for credits and free ones.

        :param Decimal untaxed: what was billed for it and not credited by accounting, without IVA
        """
        self.ensure_one()
        amount = to_decimal(self.amount)
        if self.kind not in RUNNING_KINDS or not amount:
            return ZERO
        price = to_cents(to_decimal(self.price) * untaxed / amount)
        line = self.line_id
        cycle = line._get_cycle() if line else self.subscription_id._get_cycle(self.plan_id, self.date_start)
        return mrr.monthly_value(price, cycle)

    @api.model
    def _get_held_query(self):
        """Return a query of what these rows cover of whom: one row for each member who had the subscription meanwhile.

        Until the first transfer that is the member for whom it was billed; ``held_from`` inclusive, ``held_until`` not.
        """
        return SQL(
            """
            SELECT period.id, period.company_id, period.subscription_id, period.location_id, period.plan_id,
                   period.amount, period.monthly_value, COALESCE(hold.member_id, period.member_id) AS member_id,
                   GREATEST(period.date_start, hold.since) AS held_from,
                   LEAST(period.date_until, hold.until) AS held_until
              FROM gym_subscription_period period
              LEFT JOIN (
                   SELECT subscription_id, member_id, date_effective AS since,
                          LEAD(date_effective) OVER (PARTITION BY subscription_id ORDER BY date_effective, id) AS until
                     FROM gym_subscription_change
                    WHERE kind = 'transfer' AND state = 'done' AND member_id IS NOT NULL
                    UNION ALL
                   SELECT subscription_id, NULL, NULL, MIN(date_effective)
                     FROM gym_subscription_change
                    WHERE kind = 'transfer' AND state = 'done' AND member_id IS NOT NULL
                    GROUP BY subscription_id
              ) hold
                ON hold.subscription_id = period.subscription_id
               AND (hold.until IS NULL OR hold.until > period.date_start)
               AND (hold.since IS NULL OR hold.since < period.date_until)
               AND (hold.until IS NULL OR hold.since IS NULL OR hold.until > hold.since)
            """
        )

    def _is_unpaid(self):
        """Override of `gym_subscriptions`: nor did anybody pay what was written off."""
        return super()._is_unpaid() or bool(self._get_lost_shares())

    def _get_lost_shares(self):
        """Return {row: the part of its invoice, from 0 to 1, that was written off} of those of which some was."""
        moves = self.move_id._get_written_off()
        shares = {move: move._get_lost_share() for move in moves}
        return {
            row: shares[row.sudo().move_id]
            for row in self
            if row.sudo().move_id in moves and not (row.is_superseded or row.is_reversed)
        }

    def _get_frozen(self):
        """Return the freezes that move the end of this period."""
        self.ensure_one()
        freezes = self.subscription_id.freeze_ids.filtered(
            lambda one: one.mode == "extend"
            and one._is_applied()
            and self.date_start <= one.date_start < self.date_until
        )
        return [one._to_period() for one in freezes]

    def _is_unearned(self):
        """Tell whether some of what was billed for this period is not income yet."""
        self.ensure_one()
        rows = self.env["gym.deferral"].sudo().search([("move_line_id", "=", self.move_line_id.id)])
        return bool(self.move_line_id and any(rows.mapped("amount_left")))

    def _prepare_refund_of_unserved(self):
        """Return the credit of what nobody paid of this period for the days from which on no service is rendered."""
        self.ensure_one()
        billed, amount = Period(self.date_start, self.date_end), to_decimal(self.amount)
        today = self.location_id._today()
        day = min(self.date_until, max(self.date_start, today))
        rest = amount - deferral.earned(amount, billed, day, day, self._get_frozen(), is_paid=False)
        return [self._prepare_refund(rest, Period(max(day, self.date_start), self.date_end))] if rest > 0 else []
