from odoo import models

from ...domain.changes import PaidPeriod
from ...domain.periods import Cycle, Period
from ..money import to_decimal

# Kinds of billed rows that stand for an item as it runs; credits and fees do not.
RUNNING_KINDS = ("dues", "seat", "addon", "proration")


class GymSubscription(models.Model):
    """The period that runs: what was billed for it, and how freezes stretched it."""

    _inherit = "gym.subscription"

    def _get_paid_period(self):
        """Return the running period as the domain reckons with it; ``None`` when nothing was billed yet."""
        self.ensure_one()
        if not self.period_end:
            return None
        whole = self._get_cycle().whole(Period(self.period_start, self.period_end))
        freezes = self._origin.sudo().freeze_ids.filtered(lambda one: one._is_applied_to(self.period_start))
        return PaidPeriod(
            whole,
            extensions=tuple(one._to_period() for one in freezes if one.mode == "extend"),
            credited=tuple(one._to_period() for one in freezes if one.mode == "credit"),
            start=self.period_start,
        )

    def _get_current_ahead(self):
        """Return -1 when the running period was counted against promotions, 0 when not: a stub, or partly paid back."""
        self.ensure_one()
        paid = self._get_paid_period()
        is_counted = paid and paid.start == paid.whole.start
        return -1 if is_counted and not any(part.intersect(paid.whole) for part in paid.credited) else 0

    def _get_past_rows(self, days):
        """Return the billed rows of periods before the running one that cover some of ``days``."""
        self.ensure_one()
        return self._origin.sudo().period_ids.filtered(
            lambda row: row.kind in RUNNING_KINDS
            and not row.is_reversed
            and row.line_id.cycle != "own"
            and row.date_start < min(self.period_start, days.end)
            and days.start < row.date_until
            and row.date_start < row.date_until
        )

    def _get_cycle_of_row(self, row):
        """Return the cycle in which ``row`` was billed, whatever plan came after it."""
        plan = row.plan_id or self.plan_id
        is_same = plan._get_cycle_key() == self.plan_id._get_cycle_key() and self.date_anchor <= row.date_start
        anchor = self.date_anchor if is_same else row.date_start
        return Cycle(plan.period_unit, plan.period_count, anchor, plan.fortnight_kind)

    def _get_current_rows(self):
        """Return the billed rows that make up the running period, by item and payer.

        What a person was billed stands for the present payer: after a change of payer nothing is billed again. Add-ons
        with a cycle of their own are not among them: no change of the rest touches what was paid for them.

        :return: dict of key (item and id of the payer) to ``gym.subscription.period``
        """
        self.ensure_one()
        rows = self._origin.sudo().period_ids.filtered(
            lambda row: row.kind in RUNNING_KINDS
            and not row.is_superseded
            and not row.is_reversed
            and row.line_id.cycle != "own"
            and self.period_start <= row.date_start
        )
        company = self.agreement_id.sudo().partner_id
        return {row._get_key(company & row.partner_id or self.payer_id): row for row in rows}

    def _get_billed_prices(self):
        """Return what was billed for each running item, as prices of a whole period by key."""
        return {key: to_decimal(row.price) for key, row in self._get_current_rows().items()}
