from odoo import models
from odoo.exceptions import UserError

from ...domain import lifecycle


class GymSubscription(models.Model):
    """Coming back: before a cancellation takes effect, or after the end."""

    _inherit = "gym.subscription"

    def _preview_reactivate(self):
        """Return what :meth:`_reactivate` would bill; nothing is written.

        :return: dict with ``lines`` and ``facts``
        """
        self.ensure_one()
        self._check_reactivate()
        target = self._get_virtual()
        target.write(self._prepare_uncancel_vals())
        lines = target._come_back(self._is_still_paid())
        return {"lines": lines, "facts": target._get_next_charge_facts()}

    def _reactivate(self):
        """Take a cancellation back, or begin again who left.

        What was paid and not given back still counts. Otherwise a period begins today at the price of today, without
        enrolment; the minimum term is not signed anew. A fee for leaving early that was billed is given back when the
        cancellation had not taken effect yet.

        :return: the moves that it billed
        :raise UserError: when it neither ends nor is over, or the plan is no longer sold
        """
        self.ensure_one()
        self._check_reactivate()
        subscription = self.sudo()
        if self.state not in lifecycle.FINAL_STATES:
            return subscription._take_cancellation_back()
        is_paid = self._is_still_paid()
        self._transition(lifecycle.REACTIVATE, **self._prepare_uncancel_vals())
        lines = subscription._come_back(is_paid)
        subscription._mark_joined()
        return subscription.env["gym.subscription.charge.line"].create(lines)._bill()

    def _check_reactivate(self):
        name = {"subscription": self.display_name, "plan": self.plan_id.name}
        if self.state not in lifecycle.FINAL_STATES and not self.cancel_requested_at:
            raise UserError(self.env._("%(subscription)s goes on: there is nothing to take back.", **name))
        if self.state in lifecycle.FINAL_STATES and (not self.plan_id.active or not self.date_anchor):
            raise UserError(self.env._("%(plan)s is no longer sold. Choose a plan and join again.", **name))

    def _is_still_paid(self):
        """Tell whether days of the last period are left that nobody gave back."""
        self.ensure_one()
        if not self.period_end or self.period_end <= self.location_id._today():
            return False
        return bool(self._get_current_rows())

    def _prepare_uncancel_vals(self):
        return {
            "cancel_requested_at": False,
            "cancel_by": False,
            "cancel_user_id": False,
            "cancel_reason_id": False,
            "cancel_note": False,
            "cancel_folio": False,
            "is_withdrawal": False,
            "date_end": False,
            "is_auto_renewing": self.plan_id.is_auto_renewing,
        }

    def _take_cancellation_back(self):
        """Let a cancellation without effect yet be as if nobody had asked; its folio stays in the history."""
        fees = self.charge_line_ids.filtered(lambda line: line.kind == "termination" and line.state != "void")
        folio = self.cancel_folio or ""
        self.write(self._prepare_uncancel_vals() | {"next_bill_date": self.period_end or self.date_trial_end})
        fees.filtered(lambda line: line.state == "pending").write({"state": "void"})
        refunds = fees.create([fee._prepare_refund() for fee in fees.filtered(lambda fee: fee.state == "billed")])
        fees.filtered(lambda fee: fee.state == "billed").write({"state": "void"})
        self._emit("subscription.cancel_withdrawn", folio=folio)
        return refunds._bill()

    def _come_back(self, is_paid):
        """Begin again today, or go on with what is still paid; return the charges."""
        self.ensure_one()
        if is_paid:
            self.write({"next_bill_date": self.period_end})
            return []
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
        return lines
