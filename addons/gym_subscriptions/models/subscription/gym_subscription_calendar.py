from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain

from ...domain import lifecycle
from ...domain.periods import Cycle, Period


class GymSubscription(models.Model):
    """The periods of a subscription: which comes next, and what happens once it was billed."""

    _inherit = "gym.subscription"

    def _get_cycle(self, plan=None, start=None):
        """Return the cycle by which this subscription is billed.

        :param plan: another plan that it goes to on ``start``; one with other periods begins a row of its own there
        """
        self.ensure_one()
        anchor = self.date_anchor
        if plan and plan._get_cycle_key() != self.plan_id._get_cycle_key():
            anchor = start
        plan = plan or self.plan_id
        return Cycle(plan.period_unit, plan.period_count, anchor, plan.fortnight_kind)

    def _get_next_periods(self):
        """Return the period that each of these subscriptions is billed for next, whenever that is.

        A subscription that ends within it is billed for the days until then.

        :return: dict of id to :class:`~...domain.periods.Period`; none for what has no next period
        """
        starts = {one.id: one._get_next_start() for one in self if one._has_next_period()}
        subscriptions = self.browse(starts)
        changes = subscriptions._get_changes_due(starts)
        result = {}
        for subscription in subscriptions:
            start = starts[subscription.id]
            plan, _price = subscription._get_plan_and_price(changes.get(subscription._origin.id, ()))
            end = subscription._get_cycle(plan, start).period_of(start).end
            result[subscription.id] = Period(start, min(end, subscription.date_end or end))
        return result

    def _get_next_start(self):
        """Return where the next period begins: where the last one ends, or later where days are left out.

        Who was never billed here begins on their first bill, wherever the row that they are in began.
        """
        self.ensure_one()
        return max(self.period_end or self.date_anchor, self.next_bill_date)

    def _has_next_period(self):
        """Tell whether dues will be asked for again."""
        self.ensure_one()
        return bool(self.next_bill_date)

    # === AFTER BILLING === #

    def _advance(self, periods):
        """Move these subscriptions past ``periods``, which have just been billed in this transaction.

        Planned changes that begin with the period are carried out, promotions are used up by one, a trial becomes a
        paid subscription, and one that does not renew gets an end.

        :param dict periods: id to :class:`~...domain.periods.Period`
        """
        subscriptions = self.sudo()
        changes = subscriptions._get_changes_due({id_: period.start for id_, period in periods.items()})
        for subscription in subscriptions:
            subscription._carry_out(changes.get(subscription._origin.id, ()), periods[subscription.id].start)
        subscriptions._take_periods(periods)
        subscriptions.filtered(lambda one: one.state == lifecycle.TRIALING)._transition(lifecycle.ACTIVATE)

    def _take_period(self, period):
        """Count ``period`` as billed: it is the current one, and when it is whole each promotion has one less to go."""
        self._take_periods({self.id: period})

    def _take_periods(self, periods):
        """Count a period of each of these as billed; those that come to the same are written together.

        :param dict periods: id to :class:`~...domain.periods.Period`
        """
        for subscription in self:
            subscription._use_promotions(subscription._get_cycle(), periods[subscription.id])
        groups = self.grouped(lambda one: tuple(one._prepare_period_vals(periods[one.id]).items()))
        for values, subscriptions in groups.items():
            subscriptions.write(dict(values))

    def _prepare_period_vals(self, period):
        """Return values by which ``period`` is the current one."""
        values = {"period_start": period.start, "period_end": period.end, "next_bill_date": period.end}
        return values | self._prepare_end_vals(period.end)

    def _use_promotions(self, cycle, period):
        """Count ``period`` against each promotion that lowered its price, unless it is only the rest of one.

        Who was promised a number of periods gets them whole: the days up to the next quincena, or those that a freeze
        leaves over, have the promotion and use nothing of it up.
        """
        if cycle.whole(period).start == period.start:
            self._get_promotions_of(self.plan_id)._count(1)

    def _carry_out(self, changes, day):
        """Carry out the planned ``changes`` that begin on ``day``."""
        for change in changes:
            plan, price = self._get_plan_and_price(change)
            if change.kind == "agreement":
                self.agreement_id = change.agreement_id
                change.state = "done"
                continue
            if change.price_id and change.price_id != price:
                change.state = "undone"
                continue
            if plan != self.plan_id:
                anchor = self._get_cycle(plan, day).anchor
                is_anew = anchor != self.date_anchor
                self.write({"plan_id": plan.id, "price_id": price.id, "date_anchor": anchor})
                self._take_seat_price()
                if is_anew:
                    self._restart_term(day)
                self._emit("subscription.changed", before=change.before or "", after=change.after or "")
            else:
                self.price_id = price
            change.state = "done"

    def _prepare_end_vals(self, period_end):
        """Return values that end what does not go on after ``period_end``; empty for what renews."""
        self.ensure_one()
        if self.date_end:
            return {"next_bill_date": False} if period_end >= self.date_end else {}
        if not self.is_auto_renewing and (not self.date_term_end or period_end >= self.date_term_end):
            return {"next_bill_date": False, "date_end": period_end}
        return {}

    # === EVERY DAY === #

    @api.model
    def _cron_turn_day(self):
        """Every hour: begin and end what is due on the civil day of each branch. Running twice changes nothing more."""
        self.env["ir.cron"]._do_each(self.env["gym.location"].search([("kind", "=", "branch")]), "_turn_gym_day")

    @api.model
    def _turn_day(self, location):
        """End freezes and subscriptions of a branch whose day has come, and begin those of today.

        Each by itself: one that cannot is on the list of problems, left as it was and taken up again in the next hour.
        """
        crons, today = self.env["ir.cron"], location._today()
        at_branch = [("location_id", "=", location.id)]
        freezes = self.env["gym.subscription.freeze"].sudo()
        ending = freezes.search([*at_branch, ("state", "=", "running"), ("date_end", "<=", today)])
        crons._do_each(ending, "_end")
        beginning = freezes.search([*at_branch, ("state", "=", "planned"), ("date_start", "<=", today)])
        crons._do_each(beginning, "_begin_or_wait")
        crons._do_each(self._get_begun(location, today), "_tell_begun")
        over = self.sudo().search([*at_branch, ("state", "in", self._get_running_states()), ("date_end", "<=", today)])
        crons._do_each(over, "_end_today")

    @api.model
    def _get_begun(self, location, today):
        """Return, in sudo, the subscriptions with a first day in the last week of whom somebody counts as none yet."""
        is_none = Domain("stage", "not in", self.env["gym.member"]._get_current_stages())
        return self.sudo().search(
            Domain("location_id", "=", location.id)
            & Domain("state", "in", self._get_running_states())
            & Domain("date_start", "<=", today)
            & Domain("date_start", ">", today - timedelta(days=7))
            & (Domain("member_id", "any", is_none) | Domain("line_ids.member_id", "any", is_none))
        )

    def _tell_begun(self):
        """Let people who train on these subscriptions count as members from their first day on."""
        self.member_id._refresh_stage()
        self._get_seat_members()._refresh_stage()

    def _end_today(self):
        """Let this subscription end, whose last day is over: cancelled when somebody asked for it, else expired.

        :return: the moves that bill what still waited for an invoice
        """
        self.ensure_one()
        self._void_pending()
        if self.cancel_requested_at:
            self._transition(lifecycle.CANCEL, payload=self._get_cancel_payload(), next_bill_date=False)
        else:
            self._transition(lifecycle.EXPIRE, next_bill_date=False)
        self.freeze_ids._close_with_subscription()
        return self._bill_last_dues()
