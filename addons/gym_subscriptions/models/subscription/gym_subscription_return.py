from odoo import fields, models
from odoo.exceptions import UserError

from ...domain import lifecycle


class GymSubscription(models.Model):
    """Coming back: before a cancellation takes effect, or after the end."""

    _inherit = "gym.subscription"

    before_cancel = fields.Json(readonly=True, copy=False, help="What the cancellation replaced, to be taken back.")

    def _preview_reactivate(self):
        """Return what :meth:`_reactivate` would bill; nothing is written.

        :return: dict with ``lines`` and ``facts``
        """
        self.ensure_one()
        self._check_reactivate()
        target, is_over, is_paid = self._get_virtual(), self.state in lifecycle.FINAL_STATES, self._is_still_paid()
        target.write(self._prepare_uncancel_vals(is_paid))
        if is_over:
            lines = target._come_back(is_paid) + self._get_voided_enrolment()._to_preview()
        else:
            lines = self._prepare_refund_of_fees()
            target._get_voided_enrolment().write({"state": "pending"})
        return {"lines": lines, "facts": target._get_next_bill_facts()}

    def _reactivate(self):
        """Take a cancellation back, or begin again who left.

        What was paid and not given back still counts. Otherwise a period begins today at the price of today, without
        enrolment, unless it was a trial that never paid it; the minimum term is not signed again. What the cancellation
        replaced comes back: an end that was agreed on, and before it took effect planned changes and freezes, but those
        of which the fee was given back. A fee for leaving early that was billed is given back when the cancellation had
        not taken effect yet.

        :return: the moves that it billed
        :raise UserError: when it neither ends nor is over, the plan is no longer sold, or the member has it again
        """
        self.ensure_one()
        self._check_reactivate()
        subscription = self.sudo()
        if self.state not in lifecycle.FINAL_STATES:
            return subscription._take_cancellation_back()
        is_paid, owed = self._is_still_paid(), subscription._get_voided_enrolment()
        owed.write({"state": "pending"})
        self._transition(lifecycle.REACTIVATE, **self._prepare_uncancel_vals(is_paid))
        lines = subscription._come_back(is_paid)
        subscription._mark_joined()
        return (owed | owed.create(lines))._bill()

    def _check_reactivate(self):
        name = {"subscription": self.display_name, "plan": self.plan_id.name}
        if self.state not in lifecycle.FINAL_STATES and not self.cancel_requested_at:
            raise UserError(self.env._("%(subscription)s goes on: there is nothing to take back.", **name))
        if self.state in lifecycle.FINAL_STATES and (not self.plan_id.active or not self.date_anchor):
            raise UserError(self.env._("%(plan)s is no longer sold. Choose a plan and join again.", **name))
        if self.state in lifecycle.FINAL_STATES and (twins := self._describe_twins()):
            raise UserError(self.env._("%(text)s Begin a second one instead, if it is wanted.", text=twins))

    def _is_still_paid(self):
        """Tell whether days of the last period are left that nobody gave back."""
        self.ensure_one()
        if not self.period_end or self.period_end <= self.location_id._today():
            return False
        return bool(self._get_current_rows())

    # === WHAT A CANCELLATION REPLACES === #

    def _prepare_before_cancel(self):
        """Return what a cancellation is about to replace; asking again, to leave at once, keeps what is noted."""
        self.ensure_one()
        if self.before_cancel:
            return self.before_cancel
        planned = self.freeze_ids.filtered(lambda one: one.state == "planned" and not one.due_ids)
        return {
            "date_end": fields.Date.to_string(self.date_end),
            "paid_until": fields.Date.to_string(self.period_end or self.date_trial_end),
            "next_bill_date": fields.Date.to_string(self.next_bill_date),
            "changes": self.change_ids.filtered(lambda one: one.state == "planned").ids,
            "freezes": planned.ids,
        }

    def _get_voided_enrolment(self):
        """Return the enrolment that leaving a trial made void; who comes back and trains owes it after all."""
        return self.due_ids.filtered(
            lambda one: not self.period_start and one.kind == "enrolment" and one.state == "void" and not one.move_id
        )

    def _prepare_uncancel_vals(self, is_paid):
        """Return values of a subscription that nobody has cancelled.

        :param bool is_paid: it goes on with what was paid, to the end that it had before if any
        """
        names = ("requested_at", "by", "user_id", "reason_id", "note", "folio")
        values = {f"cancel_{name}": False for name in names} | {"is_withdrawal": False, "before_cancel": False}
        if self.state in lifecycle.FINAL_STATES and not is_paid:
            return values | {"date_end": False, "is_auto_renewing": self.plan_id.is_auto_renewing}
        before, paid_until = self.before_cancel, self.period_end or self.date_trial_end
        if not before:
            return values | {"date_end": False, "next_bill_date": paid_until}
        dates = {name: fields.Date.to_date(before[name]) for name in ("date_end", "next_bill_date")}
        if before["paid_until"]:  # freezes and the notice may have moved it
            moved = paid_until - fields.Date.to_date(before["paid_until"])
            dates = {name: day and day + moved for name, day in dates.items()}
        return values | dates

    def _take_cancellation_back(self):
        """Let a cancellation without effect yet be as if nobody had asked; its folio stays in the history."""
        folio, before, today = self.cancel_folio or "", self.before_cancel or {}, self.location_id._today()
        self._get_voided_enrolment().write({"state": "pending"})
        self.change_ids.filtered(lambda one: one.id in before.get("changes", ())).write({"state": "planned"})
        self.freeze_ids.filtered(lambda one: one.id in before.get("freezes", ()) and one.date_start >= today).write(
            {"state": "planned"}
        )
        self.write(self._prepare_uncancel_vals(self._is_still_paid()))
        refunds, fees = self._prepare_refund_of_fees(), self._get_termination_fees()
        fees.write({"state": "void"})
        self._emit("subscription.cancel_withdrawn", folio=folio)
        moves = fees.create(refunds)._bill()
        moves._give_money_back()
        return moves

    def _prepare_refund_of_fees(self):
        return [fee._prepare_refund() for fee in self._get_termination_fees() if fee.state == "billed"]

    def _come_back(self, is_paid):
        """Begin again today, or go on with what is still paid; return the dues."""
        self.ensure_one()
        if is_paid:
            return self._resume_own_lines()
        today = self.location_id._today()
        self.write(
            {
                "price_id": self._get_joining_price().id,
                "date_anchor": today,
                "period_start": False,
                "period_end": False,
                "next_bill_date": today,
                "date_term_end": False,
                "term_periods": 0,
            }
        )
        periods = self._get_next_periods()
        lines = self._prepare_dues(periods)[self.id]
        self._take_period(periods[self.id])
        return lines + self._resume_own_lines()

    def _resume_own_lines(self):
        """Go on with add-ons of their own cycle: what is paid counts, else a period begins today; return the dues.

        Nobody pays for the time away.
        """
        lines, today = [], self.location_id._today()
        for line in self.line_ids.filtered(lambda one: one.cycle == "own" and one.is_live and one._is_there_on(today)):
            if line.period_end and line.period_end > today and line._get_current_rows():
                line.next_bill_date = line.period_end
                continue
            line.write({"date_anchor": today, "period_end": False})
            period = line._get_cycle().period(0)
            lines += line._prepare_dues(period)
            line._advance({line.id: period})
        return lines
