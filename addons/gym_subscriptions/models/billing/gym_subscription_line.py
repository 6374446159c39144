from odoo import models

from ...domain.periods import Period
from ...domain.proration import prorate


class GymSubscriptionLine(models.Model):
    """Add-ons with a cycle of their own: which period comes next, and what happens once it was billed."""

    _inherit = "gym.subscription.line"

    def _get_next_periods(self):
        """Return the period for which each of these add-ons is billed next, cut where it ends: dict of id to Period."""
        periods = {}
        for line in self:
            start = line.period_end or line.date_anchor
            end = line._get_cycle().period_of(start).end
            periods[line.id] = Period(start, min(end, line.date_end or end))
        return periods

    def _prepare_dues(self, period):
        """Return the charges of this add-on for ``period`` of its own cycle, as values of charges."""
        self.ensure_one()
        item = self._make_item()
        amount = prorate(item["price"], period, self._get_cycle().whole(period))
        return self.subscription_id._prepare_item_charges(item, period, amount)

    def _advance(self, periods):
        """Move these add-ons past ``periods``, which have just been billed in this transaction."""
        for line in self.sudo():
            end = periods[line.id].end
            is_over = bool(line.date_end and line.date_end <= end)
            line.write({"period_end": end, "next_bill_date": False if is_over else end})
