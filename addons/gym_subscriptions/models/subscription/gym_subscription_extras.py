from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date


class GymSubscription(models.Model):
    """Seats and add-ons that come and go while a subscription runs."""

    _inherit = "gym.subscription"

    # === SEATS === #

    def _preview_add_seat(self, member):
        """Return what a seat for ``member`` bills today and from the next period on; nothing is written."""
        return self._preview_add_line(self._prepare_seat_vals(member))

    def _add_seat(self, member):
        """Let ``member`` train on this subscription from today; a seat beyond those in the price is charged.

        :return: the moves that it billed
        :raise UserError: when the plan has no more seats, or the member is on it already
        """
        return self._add_line(self._prepare_seat_vals(member), "seat_added")

    def _prepare_seat_vals(self, member):
        self.ensure_one()
        self._check_can_change()
        today = self.location_id._today()
        if member in self._get_trainees(today):
            raise UserError(
                self.env._(
                    "%(member)s is on %(subscription)s already.",
                    member=member.display_name,
                    subscription=self.display_name,
                )
            )
        if member.company_id != self.company_id:
            raise UserError(self.env._("%(member)s trains with another company.", member=member.display_name))
        if self.plan_id.seats_max and self._count_seats(today) >= self.plan_id.seats_max:
            raise UserError(
                self.env._(
                    "%(plan)s is for %(seats)s people at most.", plan=self.plan_id.name, seats=self.plan_id.seats_max
                )
            )
        return {
            "subscription_id": self.id,
            "kind": "seat",
            "member_id": member.id,
            "cycle": "plan",
            "amount": self.plan_id.seat_price,
            "date_start": today,
        }

    def _get_trainees(self, day):
        """Return, in sudo, the members who train on this subscription on ``day``."""
        lines = self.sudo().line_ids.filtered(lambda line: line.kind == "seat" and line._is_there_on(day))
        return self.sudo().member_id | lines.member_id

    # === ADD-ONS === #

    def _preview_add_addon(self, addon, quantity=1):
        """Return what an add-on bills today and from the next period on; nothing is written."""
        return self._preview_add_line(self._prepare_addon_vals(addon, quantity))

    def _add_addon(self, addon, quantity=1):
        """Add an add-on from today: for the days left when it goes with the plan, else its own first period.

        :return: the moves that it billed
        :raise UserError: when the plan does not have it, or it is there already
        """
        return self._add_line(self._prepare_addon_vals(addon, quantity), "addon_added")

    def _prepare_addon_vals(self, addon, quantity):
        self.ensure_one()
        self._check_can_change()
        today, names = self.location_id._today(), {"addon": addon.name, "plan": self.plan_id.name}
        if addon not in self.plan_id.addon_ids:
            raise UserError(self.env._("%(addon)s cannot be added to %(plan)s.", **names))
        if self.line_ids.filtered(lambda line: line.addon_id == addon and line._is_there_on(today)):
            raise UserError(self.env._("%(addon)s is there already.", **names))
        return {
            "subscription_id": self.id,
            "kind": "addon",
            "addon_id": addon.id,
            "cycle": addon.cycle,
            "quantity": quantity,
            "amount": addon.amount,
            "date_start": today,
            "date_anchor": today if addon.cycle == "own" else False,
        }

    # === COMING === #

    def _preview_add_line(self, vals):
        target = self._get_virtual()
        target.line_ids = [Command.create(vals)]
        lines, _rows = self._prepare_line_dues(target, target.line_ids.filtered(lambda line: not line._origin))
        return {"lines": lines, "facts": target._get_next_bill_facts()}

    def _add_line(self, vals, kind):
        subscription, before = self.sudo(), self._get_virtual()
        line = subscription.env["gym.subscription.line"].create(vals)
        change = subscription._record_change(kind, after=line.display_name, line_id=line.id)
        dues, rows = before._prepare_line_dues(subscription, line)
        moves = subscription._bill_difference(dues, rows, change)
        if line.cycle == "own":
            line._advance({line.id: line._get_cycle().period(0)})
        subscription._emit("subscription.changed", before="", after=line.display_name)
        line.member_id._refresh_stage()
        return moves

    def _prepare_line_dues(self, target, line):
        """Return what ``line``, which only ``target`` has, bills today: dues, and billed rows that it replaces."""
        if line.cycle == "own":
            return line._prepare_dues(line._get_cycle().period(0)), self.env["gym.subscription.period"]
        return self._prepare_difference(target)

    # === GOING === #

    def _preview_remove_line(self, line, when="period_end"):
        """Return what taking a seat or an add-on away gives back, and from when; nothing is written."""
        self.ensure_one()
        day = self._get_day_without(line, when)
        if when == "period_end" or line.cycle == "own":
            text = self.env._("%(what)s stays until %(day)s.", what=line.display_name, day=format_date(self.env, day))
            return {"lines": [], "facts": [text]}
        target = self._get_virtual()
        target.line_ids.filtered(lambda one: one._origin == line).date_end = day
        lines, _rows = self._prepare_difference(target)
        return {"lines": lines, "facts": target._get_next_bill_facts()}

    def _remove_line(self, line, when="period_end"):
        """Take a seat or an add-on away: when what is paid is used up, or now, giving the days left back.

        An add-on with a cycle of its own always stays for what was paid.

        :return: the moves that it billed
        """
        self.ensure_one()
        day, subscription, before = self._get_day_without(line, when), self.sudo(), self._get_virtual()
        kind = "seat_removed" if line.kind == "seat" else "addon_removed"
        change = subscription._record_change(kind, before=line.display_name, line_id=line.id)
        change.date_effective = day
        line.sudo().write({"date_end": day, "is_live": False, "next_bill_date": False})
        subscription._emit("subscription.changed", before=line.display_name, after="")
        line.member_id._refresh_stage()
        if when == "period_end" or line.cycle == "own":
            return self.env["account.move"]
        dues, rows = before._prepare_difference(subscription)
        return subscription._bill_difference(dues, rows, change)

    def _get_day_without(self, line, when):
        """Return the first day without ``line``.

        :raise UserError: when it is not there any more
        """
        self._check_running()
        if line.subscription_id != self or not line.is_live:
            raise UserError(
                self.env._(
                    "%(what)s is not on %(subscription)s any more.",
                    what=line.display_name,
                    subscription=self.display_name,
                )
            )
        today = self.location_id._today()
        if when == "now" and line.cycle == "plan":
            return today
        return max(today, (line.period_end if line.cycle == "own" else self.period_end) or today)
