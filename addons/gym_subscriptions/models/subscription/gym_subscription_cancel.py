from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date

from odoo.addons.gym_members.domain.business_days import add_business_days

from ...domain import changes, lifecycle, termination
from ...domain.periods import ONE_DAY
from ...domain.proration import ZERO
from ..money import add_up, to_decimal
from .gym_subscription_credit import BILLED


class GymSubscription(models.Model):
    """How people leave: at the end of what they paid, at once, or within the days that the law gives to withdraw.

    Nothing stands in the way of a cancellation: folio and receipt come at once (LFPC art. 76 Bis IX).
    """

    _inherit = "gym.subscription"

    cancel_requested_at = fields.Datetime(string="Cancellation Received", readonly=True, copy=False)
    cancel_by = fields.Selection(
        [("member", "The member"), ("staff", "The gym")], string="Asked For By", readonly=True, copy=False
    )
    cancel_user_id = fields.Many2one("res.users", string="Cancellation Recorded By", readonly=True, copy=False)
    cancel_reason_id = fields.Many2one(
        "gym.cancel.reason", string="Reason for Leaving", readonly=True, copy=False, ondelete="restrict"
    )
    cancel_note = fields.Text(string="In Their Words", readonly=True, copy=False)
    cancel_folio = fields.Char(string="Folio", readonly=True, copy=False, index="btree_not_null")
    is_withdrawal = fields.Boolean(string="Withdrew", readonly=True, copy=False)

    # === PREVIEW === #

    def _preview_cancel(self, at="period_end", is_fee_waived=False, is_rest_refunded=False):
        """Return what :meth:`_cancel` with these arguments would bill and when access ends; nothing is written.

        :return: dict with ``lines``, ``facts`` and ``date_end`` (first day without access)
        """
        self.ensure_one()
        cancellation = self._get_cancellation(at)
        lines = self._prepare_cancel_dues(cancellation, is_fee_waived, is_rest_refunded)
        if cancellation.date_end <= self.location_id._today() and not cancellation.is_withdrawal:
            lines += self._get_last_dues()._to_preview()
        facts = self._get_cancel_facts(cancellation)
        if cancellation.is_withdrawal:
            facts += self._get_unpaid_facts(lines)
        return {"lines": lines, "facts": facts, "date_end": cancellation.date_end}

    def _get_cancellation(self, at):
        """Return the domain's answer to leaving ``at`` period_end, now or as a withdrawal.

        :raise UserError: when a withdrawal is asked for too late
        """
        today = self.location_id._today()
        if at == "withdrawal":
            self._check_may_withdraw(today)
            return termination.withdraw(today)
        terms, cycle = self._get_terms(), self._get_cycle() if self.date_anchor else None
        price = self._get_price_function()
        if at == "now" or self.state == lifecycle.DRAFT:
            return termination.cancel_at_once(today, terms, cycle, price, self._count_frozen_days())
        paid_until = self.period_end or self.date_trial_end or today
        if self.is_comp:
            return termination.cancel_at_once(today, terms, None, price)
        return termination.cancel_at_period_end(today, terms, cycle, price, paid_until, self._count_frozen_days())

    def _get_terms(self):
        """Return what was signed about leaving; ``None`` before the first dues, when leaving costs nothing."""
        self.ensure_one()
        if self.state in (lifecycle.DRAFT, lifecycle.TRIALING) or not self.termination_fee_kind:
            return None
        has_term = bool(self.date_term_end and not self.gift_partner_id)  # who got a present has signed for no term
        return termination.Terms(
            self.notice_days,
            self.term_periods if has_term else 0,
            self.termination_fee_kind,
            to_decimal(self.termination_fee),
            to_decimal(self.termination_percent),
            self.date_term_end or None,
        )

    def _get_price_function(self):
        """Return a function of a day that says what the payer pays for the whole period that runs on it.

        For the period that runs that is what was billed; for those to come it is what would be: seasons, promotions
        that still hold by then and the share of a company are taken off.
        """
        self.ensure_one()
        billed, seasons = self._get_billed_prices() if self.period_end else {}, self._get_seasons()
        own = sum((price for key, price in billed.items() if key.endswith(f"|{self.payer_id.id}")), ZERO)
        first, known = self._get_next_start() if self.next_bill_date else self.period_end or self.date_anchor, {}

        def get_price(day):
            if billed and day < self.period_end:
                return own
            start = max(first, self._get_cycle().period_of(day).start)
            if start not in known:
                ahead = len(self._get_cycle().periods_between(first, start))
                items = self._get_items(self.plan_id, self.price_id, start, seasons, ahead=ahead)
                shares = [self._share(item["price"], start).get(self.payer_id.id, ZERO) for item in items.values()]
                known[start] = sum(shares, ZERO)
            return known[start]

        return get_price

    def _prepare_cancel_dues(self, cancellation, is_fee_waived, is_rest_refunded):
        if cancellation.is_withdrawal:
            return self._prepare_refund_of_all()
        lines = self._prepare_refund_of_planned_freezes()
        if is_rest_refunded:
            lines += self._prepare_refund_of_rest(cancellation.date_end)
        if cancellation.fee and not is_fee_waived and not self._get_termination_fees():
            product = self.env.ref("gym_subscriptions.product_termination")
            name = self.env._("Leaving before the end of the minimum term: %(plan)s", plan=self.plan_id.name)
            lines.append(
                self._prepare_due(
                    "termination", cancellation.fee, name, product, taxed_as=self.plan_id, plan_id=self.plan_id.id
                )
            )
        return lines

    def _get_termination_fees(self):
        """Return the fees for leaving early that stand: who has one is asked for no other."""
        return self.sudo().due_ids.filtered(lambda line: line.kind == "termination" and line.state != "void")

    def _prepare_refund_of_planned_freezes(self):
        """Return credits for the fees of freezes that leaving drops."""
        planned = self.sudo().freeze_ids.filtered(lambda freeze: freeze.state == "planned")
        return [fee._prepare_refund() for fee in planned.due_ids if fee.state == "billed"]

    def _get_cancel_facts(self, cancellation):
        day = format_date(self.env, cancellation.date_end - ONE_DAY)
        facts = [self.env._("Last day with access: %(day)s.", day=day)]
        if cancellation.date_end <= self.location_id._today():
            facts = [self.env._("Access ends today.")]
        if cancellation.periods_to_bill:
            facts.append(
                self.env._(
                    "Because of the notice, %(count)s more periods are billed.", count=cancellation.periods_to_bill
                )
            )
        else:
            facts.append(self.env._("No more dues are charged."))
        return facts

    def _get_unpaid_facts(self, lines):
        """Return which part of the credits in ``lines`` settles invoices that nobody has paid, so that it stays."""
        unpaid = add_up(self._get_moves()._get_open_dues().mapped("amount_residual"))
        if not unpaid:
            return []
        amounts = {"unpaid": unpaid, "back": max(ZERO, -add_up(line["amount"] for line in lines) - unpaid)}
        shown = {name: self.currency_id.format(amount) for name, amount in amounts.items()}
        return [self.env._("Of this, %(unpaid)s settle what has not been paid; %(back)s are given back.", **shown)]

    # === CANCEL === #

    def _cancel(self, at="period_end", reason=None, note="", by="staff", is_fee_waived=False, is_rest_refunded=False):
        """Cancel this subscription, give it a folio and send the receipt.

        A cancellation that was asked for before is kept: asking twice changes nothing, except to leave at once.

        :param str at: ``period_end``, ``now`` or ``withdrawal``
        :param reason: ``gym.cancel.reason``
        :param str by: ``member`` or ``staff``
        :param bool is_fee_waived: the staff lets the fee for leaving early pass
        :param bool is_rest_refunded: what is left of the paid period is paid back
        :return: the moves that it billed
        """
        self.ensure_one()
        moves = self.env["account.move"]
        if self.state in lifecycle.FINAL_STATES or (self.cancel_requested_at and at == "period_end"):
            return moves
        cancellation = self._get_cancellation(at)
        lines = self._prepare_cancel_dues(cancellation, is_fee_waived, is_rest_refunded)
        subscription = self.sudo()
        subscription._get_moves()._receive_payments_under_way()
        before_cancel = subscription._prepare_before_cancel()
        subscription._void_pending(cancellation.is_withdrawal)
        dues = subscription.env["gym.due"].create(lines)
        paid_until = subscription.period_end or cancellation.date_end
        subscription.write(
            {
                "cancel_requested_at": fields.Datetime.now(),
                "cancel_by": by,
                "cancel_user_id": self.env.uid,
                "cancel_reason_id": reason and reason.id,
                "cancel_note": note,
                "cancel_folio": self.company_id.sudo()._ensure_gym_cancel_sequence()._next(),
                "is_withdrawal": cancellation.is_withdrawal,
                "before_cancel": before_cancel,
                "date_end": cancellation.date_end,
                "next_bill_date": subscription.next_bill_date if cancellation.date_end > paid_until else False,
            }
        )
        subscription._drop_planned_changes()
        if cancellation.is_withdrawal:
            subscription.period_ids.write({"is_reversed": True})
        elif is_rest_refunded:
            subscription._get_rows_of_rest().write({"is_superseded": True})
        self._emit("subscription.cancel_requested", folio=self.cancel_folio, reason=reason.name if reason else "")
        if cancellation.date_end <= self.location_id._today():
            moves = subscription._end_today()
        else:
            moves = dues._bill()
            moves._give_money_back()
        subscription.with_user(SUPERUSER_ID).with_delay(
            description=f"Receipt of cancellation {self.cancel_folio}", identity_key=f"gym_cancel_{self.cancel_folio}"
        )._send_cancel_receipt()
        return moves

    def _void_pending(self, is_withdrawal=False):
        """Leaving a trial costs no enrolment, and after a withdrawal nobody owes the other anything."""
        if is_withdrawal or self.state == lifecycle.TRIALING:
            self.due_ids.filtered(lambda line: line.state == "pending").write({"state": "void"})

    def _get_last_dues(self):
        """Return what waits for an invoice and will find none after the end."""
        self.ensure_one()
        if self.state == lifecycle.TRIALING:
            return self.due_ids.browse()
        return self.sudo().due_ids.filtered(lambda line: line.state == "pending")

    def _bill_last_dues(self):
        """Bill what still waits when this subscription has ended: a credit is paid back against its invoice.

        :return: the moves
        """
        pending = self._get_last_dues()
        for credit in pending.filtered(lambda line: line.amount < 0 and line.reversed_line_id):
            invoice = credit.reversed_line_id.move_id._get_billed_by()
            credit.write({"reversed_move_id": invoice.id, "partner_id": invoice.partner_id.id})
        moves = pending._bill()
        moves._give_money_back()
        return moves

    def _drop_planned_changes(self):
        self.change_ids.filtered(lambda change: change.state == "planned").write({"state": "undone"})
        self.freeze_ids.filtered(lambda freeze: freeze.state == "planned").write({"state": "undone"})

    def _get_cancel_payload(self):
        return {"folio": self.cancel_folio or "", "reason": self.cancel_reason_id.name or ""}

    # === WITHDRAWAL === #

    def _may_withdraw(self, today=None):
        """Tell whether who joined online may still withdraw with a full refund (LFPC art. 56: 5 business days)."""
        self.ensure_one()
        if not self.signed_at or self.state == lifecycle.DRAFT:
            return False
        signed_on = self.location_id._to_local(self.signed_at).date()
        return termination.may_withdraw(
            signed_on, today or self.location_id._today(), self.channel == "online", add_business_days
        )

    def _check_may_withdraw(self, today):
        if not self._may_withdraw(today):
            raise UserError(
                self.env._(
                    "%(subscription)s is past the five business days in which who joined online may withdraw. It can "
                    "still be cancelled.",
                    subscription=self.display_name,
                )
            )

    def _prepare_refund_of_all(self):
        """Return credits for everything that was billed and has not been given back, each against its invoice.

        What waits to be billed or credited is not: a withdrawal makes it void.
        """
        subscription = self.sudo()
        rows = subscription.period_ids.filtered(
            lambda row: not row.is_reversed and row.move_id and row.amount > 0 and row.kind != "freeze_credit"
        )
        once = subscription.due_ids.filtered(
            lambda line: line.state == "billed" and not line.date_start and line.amount > 0 and line.move_id
        )
        lines = [row._prepare_refund(to_decimal(row.amount)) for row in rows]
        lines += [due._prepare_refund() for due in once.filtered(lambda line: not line.reversed_line_id)]
        return self._cap_credits(lines, states=BILLED)

    def _prepare_refund_of_rest(self, day):
        """Return credits for the days that are left from ``day`` on of what is paid: dues, and add-ons of their own."""
        paid = self._get_paid_period()
        if not paid:
            return []
        rows = self._get_current_rows()
        credits = changes.refund_rest(day, paid, {key: to_decimal(row.price) for key, row in rows.items()})
        lines = [rows[line.key]._prepare_refund(-line.amount, line.period) for line in credits]
        for line in self.line_ids.filtered(lambda line: line.cycle == "own"):
            lines += line._prepare_refund_of_rest(day)
        return self._cap_credits(lines)

    def _get_rows_of_rest(self):
        """Return the billed rows of which :meth:`_prepare_refund_of_rest` gives days back."""
        own = self.line_ids.filtered(lambda line: line.cycle == "own")
        current = self._get_current_rows().values()
        return own._get_current_rows().union(*current)

    # === RECEIPT === #

    def _get_last_day(self):
        """Return the last day with access, for people."""
        self.ensure_one()
        return self.date_end - ONE_DAY if self.date_end else False

    def _send_cancel_receipt(self):
        """Mail the receipt of the cancellation to the payer; a second call sends nothing."""
        self.ensure_one()
        name = f"{self.cancel_folio.replace('/', '-')}.pdf"
        files = self.env["ir.attachment"].sudo()
        if files.search_count([("res_model", "=", self._name), ("res_id", "=", self.id), ("name", "=", name)], limit=1):
            return
        content, _kind = self.env["ir.actions.report"]._render_qweb_pdf(
            "gym_subscriptions.gym_cancellation_report", self.ids
        )
        attachment = files.create(
            {"name": name, "raw": content, "res_model": self._name, "res_id": self.id, "mimetype": "application/pdf"}
        )
        if self.payer_id.email:
            template = self.env.ref("gym_subscriptions.mail_template_cancelled")
            template.send_mail(self.id, email_values={"attachment_ids": [Command.link(attachment.copy().id)]})

    def action_print_cancellation(self):
        """Download the receipt of this cancellation."""
        self.ensure_one()
        self.check_access("read")
        return self.env.ref("gym_subscriptions.gym_cancellation_report").report_action(self)
