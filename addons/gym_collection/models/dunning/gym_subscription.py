from odoo import models

from odoo.addons.gym_subscriptions.domain import lifecycle


class GymSubscription(models.Model):
    """Owing and paying up."""

    _inherit = "gym.subscription"

    def _settle_if_paid(self):
        """Let those that no longer owe anything overdue go on; months behind a closed door are not billed."""
        settled = self.filtered(
            lambda one: (one.state in ("past_due", "suspended") or one.resume_state == "past_due")
            and not one._get_overdue_invoices()
            and not one._get_dues_written_off()
        )
        shut_out = settled.filtered(lambda one: one.state == "suspended")
        settled._transition(lifecycle.SETTLE)
        for subscription in shut_out.sudo():
            today = subscription.location_id._today()
            if subscription.next_bill_date and subscription.next_bill_date < today:
                subscription.next_bill_date = today
            late = subscription._get_own_cycle_lines().filtered(lambda line, day=today: line.next_bill_date < day)
            late.write({"date_anchor": today, "period_end": False, "next_bill_date": today})

    def _suspend_written_off(self):
        """Close the door of those whose overdue dues were written off; nothing more is billed or charged to them."""
        owing = self.filtered(lambda one: one.state == "past_due")
        owing._transition(lifecycle.SUSPEND)

    def _get_dues_written_off(self):
        """Return, in sudo, the invoices of this subscription that were written off: only money settles them."""
        self.ensure_one()
        subscription = self.sudo()
        moves = subscription.period_ids.move_id | subscription.due_ids.move_id
        return moves.filtered(lambda move: move.move_type == "out_invoice")._get_written_off()

    def _get_overdue_invoices(self):
        """Return, in sudo, the open invoices of this subscription whose day has passed."""
        self.ensure_one()
        return self._get_overdue_by_subscription()[self.id]

    def _get_overdue_by_subscription(self):
        """Return, in sudo, the open invoices of each of these whose day has passed or that the bank took back."""
        today = {location: location._today() for location in self.sudo().location_id}
        overdue = self._get_overdue_on(set(today.values()))
        return {one.id: overdue[one.id][today[one.location_id]] for one in self.sudo()}

    def _get_overdue_on(self, days):
        """Return, in sudo, what will be overdue of each of these on each of ``days`` when nobody pays before."""
        subscriptions = self.sudo()
        moves = {one.id: one.period_ids.move_id | one.due_ids.move_id for one in subscriptions}
        due = self.env["account.move"].sudo().union(*moves.values())
        due = due._get_open_dues()
        disputed = due._get_disputes().transaction_id.invoice_ids
        followed = due._get_followed()
        charged = {move: move._get_gym_charged() for move in followed}
        own = {
            one.id: (moves[one.id] & followed).filtered(lambda move, one=one: one not in charged[move])
            for one in subscriptions
        }
        return {
            id_: {
                day: mine.filtered(lambda move, day=day: move.invoice_date_due < day) | (mine & disputed)
                for day in days
            }
            for id_, mine in own.items()
        }
