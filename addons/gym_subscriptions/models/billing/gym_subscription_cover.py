from datetime import timedelta

from odoo import models

from ...domain import lifecycle


class GymSubscription(models.Model):
    """Until when what was billed last really lasts: freezes move it, and the end cuts it short.

    So does the door that closes on unpaid dues. Paying opens it again for the days that were billed.
    """

    _inherit = "gym.subscription"

    def _transition(self, event, payload=None, **values):
        moved = super()._transition(event, payload, **values)
        if event in (lifecycle.CANCEL, lifecycle.EXPIRE, lifecycle.SUSPEND, lifecycle.SETTLE):
            moved._update_cover()
        if event == lifecycle.REACTIVATE:
            moved.filtered(lambda one: one._is_still_paid())._update_cover()
        return moved

    def _update_cover(self):
        """Write until when the rows that were billed last really last."""
        for subscription in self.sudo():
            is_over = subscription.state in lifecycle.FINAL_STATES
            for row in subscription._get_last_rows():
                own_line = row.line_id.filtered(lambda line: line.cycle == "own")
                until = (own_line or subscription).period_end or row.date_end
                if is_over and subscription.date_end:
                    until = min(until, max(subscription.date_end, row.date_start))
                if (is_over or subscription.state == lifecycle.SUSPENDED) and row._is_unpaid():
                    until = min(until, row.date_until, subscription._get_day_shut(row))
                row.date_until = until

    def _get_day_shut(self, row):
        """Return the first day that an unpaid ``row`` gives no access any more; a day at least is what it is for."""
        return max(self.location_id._today(), row.date_start + timedelta(days=1))

    def _get_last_rows(self):
        """Return the billed rows of the running period, and the last ones of add-ons with a cycle of their own."""
        self.ensure_one()
        rows = self.env["gym.subscription.period"].browse()
        if self.period_start:
            current = self._get_current_rows().values()
            rows = rows.union(*(row for row in current if row.line_id.cycle != "own"))
        for line in self.line_ids.filtered(lambda line: line.cycle == "own"):
            billed = self.period_ids.filtered(
                lambda row, line=line: row.line_id == line and row.kind == "addon" and not row.is_reversed
            )
            rows |= billed.sorted("date_start", reverse=True)[:1].filtered(lambda row: not row.is_superseded)
        return rows

    # === GIVEN UP === #

    def _end_given_up(self):
        """End today what goes on of these subscriptions, whose dues nobody will pay."""
        note = self.env._("Ended with unpaid dues that were given up or handed over.")
        for subscription in self.filtered(lambda one: one.state not in lifecycle.FINAL_STATES):
            subscription._cancel(at="now", note=note, is_fee_waived=True)
