from odoo import models
from odoo.exceptions import UserError

from ..money import add_up


class GymSubscription(models.Model):
    """Which corporate agreement pays a share of which period.

    An agreement pays for the periods that begin until its last day, and another one only for periods to come: what was
    shared on billing stays shared until it is used up.
    """

    _inherit = "gym.subscription"

    def _get_agreement_on(self, day):
        """Return, in sudo, the agreement that shares a period that begins on ``day``; empty when there is none."""
        self.ensure_one()
        planned = self._origin.sudo().change_ids.filtered(
            lambda change: change.kind == "agreement" and change.state == "planned" and change.date_effective <= day
        )
        agreement = planned.agreement_id if planned else self.agreement_id.sudo()
        return agreement.filtered(lambda one: not one._is_over(day))

    def _change_agreement(self, agreement):
        """Let another agreement, or none, pay its share from the next period on.

        :param agreement: ``gym.corporate.agreement``; empty: the payer pays all
        :raise UserError: when no period is to come
        :raise ValidationError: when the agreement has no seat, ends before or does not pay for the plan
        """
        self.ensure_one()
        self._check_running()
        if not self._has_next_period():
            raise UserError(
                self.env._(
                    "%(subscription)s has no more dues that anybody could share.", subscription=self.display_name
                )
            )
        planned = self._get_planned_changes("agreement")
        if agreement == (planned.agreement_id if planned else self.agreement_id):
            return
        planned.write({"state": "undone"})
        if agreement == self.agreement_id:
            return
        day = self._get_next_start()
        if agreement.company_id - self.company_id:
            raise UserError(self.env._("%(agreement)s is of another company.", agreement=agreement.name))
        agreement._check_covers(self, day)
        agreement._check_seat_free()
        before, after = self.agreement_id.sudo().name or "", agreement.sudo().name or ""
        self._plan_change("agreement", day, before, after, agreement_id=agreement.id)

    # === AN AGREEMENT ENDS === #

    def _get_first_day_without(self, agreement):
        """Return the first day of the first period that its ``agreement``, which ends, does not share.

        :return: ``None`` when the subscription ends, or passes to another agreement, before
        """
        self.ensure_one()
        if self.state not in self._get_running_states() or not self._has_next_period() or not agreement.date_end:
            return None
        day, cycle = self._get_next_start(), self._get_cycle()
        while day <= agreement.date_end:
            day = cycle.period_of(day).end
        planned = self._get_planned_changes("agreement")
        is_over_before = (self.date_end and self.date_end <= day) or (planned and planned.date_effective <= day)
        return None if is_over_before else day

    def _get_own_dues_facts(self):
        """Return from when on the payer pays the whole dues, and what they are then, for the mail about it."""
        self.ensure_one()
        agreement = self.agreement_id.sudo()
        day = self._get_first_day_without(agreement)
        first = self._get_next_start()
        ahead = len(self._get_cycle().periods_between(first, day)) if day > first else 0
        items = self._get_items(self.plan_id, self.price_id, day, self._get_seasons(), ahead=ahead)
        return {"day": day, "amount": add_up(item["price"] for item in items.values())}
