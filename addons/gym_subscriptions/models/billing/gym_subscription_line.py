from odoo import models

from ...domain.changes import refund_last_days
from ...domain.periods import Period
from ...domain.proration import prorate
from ..money import to_decimal


class GymSubscriptionLine(models.Model):
    """Add-ons with a cycle of their own: which period comes next, and what happens once it was billed."""

    _inherit = "gym.subscription.line"

    def _get_next_periods(self):
        """Return the period for which each of these add-ons is billed next: dict of id to Period.

        It is cut where the add-on ends, or the subscription.
        """
        periods = {}
        for line in self:
            start = line.period_end or line.date_anchor
            end = line._get_cycle().period_of(start).end
            periods[line.id] = Period(start, min(end, line.date_end or end, line.subscription_id.date_end or end))
        return periods

    def _prepare_dues(self, period):
        """Return the dues of this add-on for ``period`` of its own cycle, as values of dues."""
        self.ensure_one()
        item = self._make_item()
        amount = prorate(item["price"], period, self._get_cycle().whole(period))
        return self.subscription_id._prepare_item_dues(item, period, amount)

    def _advance(self, periods):
        """Move these add-ons past ``periods``, which have just been billed in this transaction."""
        for line in self.sudo():
            end = periods[line.id].end
            is_over = bool(line.date_end and line.date_end <= end)
            line.write({"period_end": end, "next_bill_date": False if is_over else end})

    # === WHAT IS PAID === #

    def _get_current_rows(self):
        """Return the rows billed last for each of these add-ons with a cycle of their own, unless given back."""
        rows = self.env["gym.subscription.period"].sudo()
        for line in self.sudo():
            billed = line.subscription_id._origin.period_ids.filtered(
                lambda row, line=line: row.line_id == line._origin
                and row.kind == "addon"
                and not row.is_superseded
                and not row.is_reversed
            )
            last = max(billed.mapped("date_start"), default=None)
            rows |= billed.filtered(lambda row, last=last: row.date_start == last)
        return rows

    def _count_paid_days(self, day):
        """Return how many days of this add-on are paid from ``day`` on; those of a freeze that runs do not count."""
        self.ensure_one()
        if not self.period_end:
            return 0
        running = self.subscription_id.sudo().freeze_ids.filtered(lambda one: one.state == "running")
        frozen = sum(max(0, (one.date_end - max(day, one.date_start)).days) for one in running)
        return max(0, (self.period_end - day).days - frozen)

    def _prepare_refund_of_rest(self, day):
        """Return credits for the days of this add-on's own period that are paid from ``day`` on."""
        self.ensure_one()
        days, lines = self._count_paid_days(day), []
        for row in self._get_current_rows():
            billed = Period(row.date_start, row.date_end)
            amount = refund_last_days(to_decimal(row.price), billed, self._get_cycle().whole(billed), days)
            if amount:
                lines.append(row._prepare_refund(amount, Period(day, self.period_end)))
        return lines


class GymSubscription(models.Model):
    _inherit = "gym.subscription"

    def _get_own_cycle_lines(self):
        """Return the add-ons with a cycle of their own that will be billed again, which none is past the end."""
        return self.line_ids.filtered(
            lambda line: line.cycle == "own"
            and line.is_live
            and line.next_bill_date
            and (not line.subscription_id.date_end or line.next_bill_date < line.subscription_id.date_end)
        )

    def _prepare_addon_dues(self, day):
        """Return the dues of the add-ons whose own cycle is billed on ``day``, as values of dues."""
        self.ensure_one()
        lines = self._get_own_cycle_lines().filtered(lambda line: line.next_bill_date == day)
        periods = lines._get_next_periods()
        return [due for line in lines for due in line._prepare_dues(periods[line.id])]
