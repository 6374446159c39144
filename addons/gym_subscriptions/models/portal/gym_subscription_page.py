from odoo import models
from odoo.tools import format_date

from ...domain import lifecycle
from ...domain.periods import ONE_DAY

TONES = {
    "trialing": "info",
    "active": "success",
    "past_due": "warning",
    "suspended": "danger",
    "frozen": "info",
    "cancelled": "secondary",
    "expired": "secondary",
}


class GymSubscription(models.Model):
    """What the portal shows of a subscription: how it stands, what it costs and what comes next."""

    _inherit = "gym.subscription"

    def _get_portal_card(self, viewer):
        """Return what the home and the page of the plan show ``viewer`` first.

        :return: dict with ``subscription``, ``state`` (see :meth:`_get_portal_state`), ``cycle`` (words after the
            price), ``may`` (:meth:`_get_portal_verbs`) and ``next`` (:meth:`_get_portal_next_bill`)
        """
        self.ensure_one()
        may = self._get_portal_verbs(viewer)
        return {
            "subscription": self,
            "may": may,
            "state": self._get_portal_state("pay" in may),
            "cycle": self.plan_id._get_portal_cycle(),
            "next": self._get_portal_next_bill() if "money" in may else None,
        }

    def _get_portal_details(self, viewer):
        """Return what only the page of the plan shows ``viewer``, on top of :meth:`_get_portal_card`."""
        self.ensure_one()
        today = self.location_id._today()
        lines = self.line_ids.filtered(lambda line: line._is_there_on(today))
        return {
            "today": today,
            "period": self._get_portal_period(),
            "addons": lines.filtered(lambda line: line.kind == "addon"),
            "seats": lines.filtered(lambda line: line.kind == "seat"),
            "freeze": self._get_portal_freeze(),
            "planned": self._get_portal_planned_plan(),
            "new_price": self._get_portal_price_line() if "price" in self._get_portal_verbs(viewer) else None,
            "can_change": self._may_change_in_portal(viewer),
            "can_freeze": self._may_freeze_in_portal(viewer),
            "term_end": self.date_term_end and self.date_term_end > today and self.date_term_end - ONE_DAY,
            "withdrawal": self._may_withdraw() and self.state in lifecycle.RUNNING_STATES,
        }

    # === HOW IT STANDS === #

    def _get_portal_state(self, is_payer):
        """Return how this subscription stands: dict with ``label``, its Bootstrap ``tone``, ``reason`` and ``remedy``.

        :param bool is_payer: whether it is told to the payer
        The sentences may be empty; the remedy says what the person can do about it.
        """
        self.ensure_one()
        if self.cancel_requested_at and self.state in lifecycle.RUNNING_STATES:
            label, tone = self.env._("Cancelled, still in use"), "warning"
        else:
            label, tone = self._get_portal_state_labels()[self.state], TONES[self.state]
        reason, remedy = self._explain_portal_state(is_payer)
        return {"label": label, "tone": tone, "reason": reason, "remedy": remedy}

    def _get_portal_state_labels(self):
        return {
            "trialing": self.env._("On trial"),
            "active": self.env._("Active"),
            "past_due": self.env._("Payment pending"),
            "suspended": self.env._("Suspended"),
            "frozen": self.env._("On pause"),
            "cancelled": self.env._("Cancelled"),
            "expired": self.env._("Ended"),
        }

    def _explain_portal_state(self, is_payer):
        """Return why it stands so and what to do about it, as two sentences."""
        day = {"day": self._format_day(self._get_last_day())} if self.date_end else {}
        if self.state in lifecycle.FINAL_STATES:
            return (self.env._("The last day was %(day)s.", **day) if day else ""), ""
        if self.cancel_requested_at:
            return (
                self.env._("You can train until %(day)s.", **day),
                self.env._("You can still take the cancellation back."),
            )
        if self.state in (lifecycle.PAST_DUE, lifecycle.SUSPENDED):
            return self._explain_portal_debt(is_payer)
        if self.state == lifecycle.FROZEN:
            running = self.freeze_ids.filtered(lambda freeze: freeze.state == "running")[:1]
            back = self.env._("It goes on by itself on %(day)s.", day=self._format_day(running.date_end))
            return (back if running else ""), ""
        if self.state == lifecycle.TRIALING and self.date_trial_end:
            last = self._format_day(self.date_trial_end - ONE_DAY)
            return self.env._("Free of charge until %(day)s.", day=last), ""
        if self.date_end:
            return self.env._("It ends by itself on %(day)s.", **day), ""
        return "", ""

    def _explain_portal_debt(self, is_payer):
        if self.state == lifecycle.SUSPENDED:
            reason = self.env._("The door is closed because dues are unpaid.")
        else:
            reason = self.env._("There are unpaid dues.")
        if is_payer:
            return reason, self.env._("Pay them here: you can train again within a minute.")
        return reason, self.env._("%(payer)s pays this plan and can settle them.", payer=self.payer_id.name)

    # === PRICE AND NEXT BILL === #

    def _get_portal_next_bill(self):
        """Return the next bill and what it consists of, on the day to which planned freezes move it.

        :return: dict with ``date``, ``amount`` (IVA included) and ``lines`` (pairs of name and amount), or ``None``
        """
        self.ensure_one()
        bill = self._get_next_bill()
        if not bill:
            return None
        lines = [(line["name"], line["amount"]) for line in bill["lines"]]
        lines += [(line.name, line.amount) for line in bill["pending"]]
        return {"date": bill["date"], "amount": bill["amount"], "lines": lines}

    # === PERIOD, FREEZES, CHANGES === #

    def _get_portal_period(self):
        """Return the first and the last day of what was paid, or of the trial; ``None`` while there is none."""
        self.ensure_one()
        start, end = self.period_start, self.period_end
        if not end and self.state == lifecycle.TRIALING:
            start, end = self.date_start, self.date_trial_end
        return (start, end - ONE_DAY) if start and end else None

    def _get_portal_freeze(self):
        """Return what there is to say of freezes: days ``left``, ``yearly`` days, ``running`` and ``planned`` ones."""
        self.ensure_one()
        plan = self.plan_id
        return {
            "yearly": plan.freeze_days_per_year,
            "left": self._get_freeze_days_left() if plan.freeze_days_per_year else 0,
            "is_self_service": plan.is_freeze_self_service,
            "running": self.freeze_ids.filtered(lambda freeze: freeze.state == "running")[:1],
            "planned": self.freeze_ids.filtered(lambda freeze: freeze.state == "planned" and not freeze.is_mass),
        }

    def _get_portal_planned_plan(self):
        """Return the planned change to another plan, if any."""
        self.ensure_one()
        return self.change_ids.filtered(
            lambda change: change.state == "planned" and change.kind in ("upgrade", "downgrade")
        )[:1]

    def _get_portal_plans(self):
        """Return the plans that the member may go to without asking anybody, the dearest tier first."""
        self.ensure_one()
        plans = self.env["gym.plan"].search(self.env["gym.plan"]._get_sold_at_domain(self.location_id))
        today = self.location_id._today()
        return plans.filtered(
            lambda plan: plan.is_online
            and plan != self.plan_id
            and plan.kind == self.plan_id.kind
            and plan._get_offered_price(today)
        ).sorted(lambda plan: (-plan.tier, plan.sequence, plan.id))

    def _may_change_in_portal(self, viewer):
        """Tell whether there is another plan that ``viewer`` may go to now."""
        self.ensure_one()
        return "change" in self._get_portal_verbs(viewer) and self.can_change and bool(self._get_portal_plans())

    def _may_freeze_in_portal(self, viewer):
        """Tell whether ``viewer`` may freeze now: there are days left and no freeze is planned."""
        self.ensure_one()
        if "freeze" not in self._get_portal_verbs(viewer) or not self.can_freeze:
            return False
        freeze = self._get_portal_freeze()
        return freeze["is_self_service"] and freeze["left"] > 0 and not freeze["planned"]

    def _get_portal_when(self, plan):
        """Return when a change to ``plan`` holds: more at once, less or the same when what is paid is used up."""
        self.ensure_one()
        return "now" if plan.tier > self.plan_id.tier else "period_end"

    def _format_portal_days(self, start, end):
        """Return days from ``start`` to ``end`` (exclusive) as people write them, both named."""
        first, last = format_date(self.env, start), format_date(self.env, end - ONE_DAY)
        return self.env._("%(first)s to %(last)s", first=first, last=last)
