from odoo import fields, models

from odoo.addons.gym_subscriptions.domain import lifecycle
from odoo.addons.gym_subscriptions.models.money import to_decimal

from ...domain import dunning


class AccountMove(models.Model):
    _inherit = "account.move"

    gym_dunning_case_id = fields.Many2one(
        "gym.dunning.case",
        string="Dunning Ended By",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The case that was given up or handed over with this invoice open: it is not dunned again.",
    )

    def _invoice_paid_hook(self):
        """Let in whoever has paid, in the same transaction as the money; late vouchers count like any payment."""
        result = super()._invoice_paid_hook()
        self._end_debts()
        return result

    def _end_debts(self):
        """Follow these invoices, of which nothing is open any more, in dunning and in their subscriptions."""
        dues = self.sudo().filtered(lambda move: move._is_gym_dues())
        for move in dues:
            move._get_open_dunning_case()._close_if_paid()
        dues._get_written_off()._get_gym_subscriptions()._suspend_written_off()
        dues._get_gym_subscriptions()._settle_if_paid()

    def _owe(self):
        """Open the case of these overdue invoices of one payer at one branch, unless one is open or none is worth it.

        :return: the case opened now
        """
        followed = self._get_followed()
        cases = self.env["gym.dunning.case"]
        if followed and not followed[0]._get_open_dunning_case():
            cases = cases._open_case(followed.partner_id, followed.gym_location_id, followed)
        followed._get_gym_owing()._fall_due()
        return cases

    def _get_followed(self):
        """Return those of these invoices of which enough is open for dunning and the door to follow them."""
        smallest = self._get_smallest_debts()
        return self.filtered(
            lambda move: dunning.is_followed(to_decimal(move.amount_residual_signed), smallest[move.company_id])
        )

    def _get_written_off(self):
        """Return, in sudo, those of these invoices of which so much was given up that only money can settle them."""
        moves = self.sudo()
        smallest = moves._get_smallest_debts()
        return moves.filtered(
            lambda move: dunning.is_followed(to_decimal(move._get_lost_amount()), smallest[move.company_id])
        )

    def _get_smallest_debts(self):
        """Return the smallest debt of an invoice that each company of these follows."""
        Policy = self.env["gym.dunning.policy"]
        return {
            company: to_decimal(Policy._get_of_company(company).smallest_debt) for company in self.sudo().company_id
        }

    def _get_lost_amount(self):
        """Override of `gym_subscriptions`: what was written off of it."""
        lost = sum(partial._get_lost_amount() for partial in self.line_ids.matched_credit_ids)
        return super()._get_lost_amount() + lost

    def _give_up_unserved(self):
        """Hook: take out of the books what these invoices, which nobody will pay, charge for days without service."""

    def _is_gym_dues(self):
        """Tell whether this is an invoice of dues, which dunning follows."""
        self.ensure_one()
        return bool(self.gym_location_id) and self.move_type == "out_invoice"

    def _get_open_dunning_case(self):
        """Return, in sudo, the open case of the payer of this invoice at its branch, if there is one."""
        self.ensure_one()
        return (
            self.env["gym.dunning.case"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", self.partner_id.id),
                    ("location_id", "=", self.gym_location_id.id),
                    ("state", "=", "open"),
                ]
            )
        )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _reconcile_post_hook(self, data):
        """Follow what accounting does not call paid: closed by a credit note, or less open than is worth a letter."""
        result = super()._reconcile_post_hook(data)
        left = data["not_paid_invoices"].filtered(lambda move: move.payment_state in ("reversed", "partial"))
        (left - left.filtered("gym_location_id")._get_followed())._end_debts()
        return result


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
