from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.gym_subscriptions.models.money import add_up, to_decimal, to_float

from ...domain import consent_guard
from ...domain.consent_guard import NOTICE_REASONS

# A request that was written down and has had no answer for so long was lost with its worker
LOST_AFTER = timedelta(minutes=10)

# Providers forget idempotency keys after a day (docs.stripe.com, "Idempotent requests"): a request sent again under a
# forgotten key is a second charge. Four hours are left for clocks and queues.
REPEATABLE_FOR = timedelta(hours=20)


class GymCharge(models.Model):
    """From the plan to the money: written down, sent, answered."""

    _inherit = "gym.charge"

    def _enqueue(self):
        for charge in self:
            if charge.date <= charge._get_today():
                charge.with_delay(
                    channel="root.charging",
                    description=self.env._("Charge %(name)s", name=charge.display_name),
                    identity_key=f"gym_charge_{charge.id}",
                )._job_charge()

    @api.model
    def _cron_charge(self):
        """Plan what is due and has a card, take up plans whose day has come, and ask about what is in doubt."""
        due = self.env["account.move"].search(self._get_due_domain())
        due = due.filtered(lambda move: move.invoice_date_due <= move.gym_location_id._today())
        crons = self.env["ir.cron"]
        crons._do_together(due, "_plan_charges_of_cards")
        planned = [("state", "=", "planned"), ("date", "<=", self.env["res.company"]._get_latest_day())]
        crons._do_together(self.search(planned), "_enqueue")
        lost = fields.Datetime.now() - LOST_AFTER
        self.search([("state", "=", "sent"), ("sent_at", "<", lost)]).write({"state": "in_doubt"})
        crons._do_each(self.search([("state", "=", "in_doubt")]), "_enqueue_asking")

    @api.model
    def _get_due_domain(self):
        """Open dues that have never been tried: what failed belongs to dunning, what was refused to a person."""
        return (
            self.env["account.move"]._get_open_dues_domain()
            & Domain("invoice_date_due", "<=", self.env["res.company"]._get_latest_day())
            & Domain("gym_charge_ids", "=", False)
        )

    def _job_charge(self):
        """Charge one invoice, if it is allowed and has not been done; never for what the payer's credit covers."""
        self.ensure_one()
        if not self._lock("planned"):
            return
        self.move_id._use_credit()
        if reasons := self._get_objections():
            if not self._wait_for_notice(reasons):
                self._refuse(reasons)
            return
        self._send_once()

    def _wait_for_notice(self, objections):
        """Put this charge off when only a notice in time speaks against it, after seeing that there is one.

        The law wants five whole days between notice and charge (LFPC art. 76 Bis VIII), so they begin now, and the
        invoice falls due with them: nobody is dunned or shut out because we are late. Paying by oneself needs no
        notice, and a debt that was announced is charged without another.

        :return: whether it waits
        """
        judged = self._judge()
        if judged.amount or not judged.waiting or not {code for code, _values in objections} & NOTICE_REASONS:
            return False
        today, has_waited = self._get_today(), "notice_under_way" in dict(self.reason_codes or ())
        is_last = has_waited and today >= self.date
        notices = self.env["gym.charge.notice"]
        days = [
            notices._announce_late(one, self._get_period_start(one), self._get_amount_of(one), is_last)
            for one in self._get_subscriptions().browse(judged.waiting)
        ]
        if None in days:
            return False
        day, move = max(days), self.move_id.sudo()
        self.write({"date": day, "reason_codes": [("notice_under_way", {"day": str(day)})]})
        if today <= move.invoice_date_due < day:
            move.invoice_date_due = day
        return True

    def _get_objections(self):
        """Return everything that speaks against charging now, as pairs (code, values): the guard nobody goes around."""
        if self.move_id.amount_residual <= 0 or self.move_id.state != "posted":
            return [("already_paid", {})]
        if other := self._get_other_payment():
            return [("payment_under_way", {"reference": other.reference})]
        judged = self._judge()
        if not judged.amount:
            return [(reason.code, reason.values) for reason in judged.reasons]
        return [] if self._get_route() else [("no_card", {})]

    def _judge(self):
        """Ask the guard how much of the invoice may be charged now, and for which subscriptions.

        :return: :class:`~...domain.consent_guard.Judged`, with ids of subscriptions
        """
        move, amounts = self.move_id, {one: self._get_amount_of(one) for one in self._get_subscriptions()}
        parts = [consent_guard.Part(one.id, amount, self._decide(one, amount)) for one, amount in amounts.items()]
        owed = to_decimal(move.amount_residual)
        return consent_guard.judge(parts, owed, to_decimal(move.amount_total) - owed)

    def _get_other_payment(self):
        """Return a payment of the invoice by another way that may bring money and is not in the books yet."""
        others = self.sudo().move_id.transaction_ids - self.sudo().transaction_id
        return others.filtered(lambda one: one._may_bring_money())[:1]

    def _get_today(self):
        """Return today at the branch."""
        return self.location_id._today()

    def _get_amount_of(self, subscription):
        """Return this subscription's part of the invoice as it was billed, IVA included."""
        rows = subscription.period_ids.filtered(lambda row: row.move_id == self.move_id)
        lines = subscription.due_ids.filtered(lambda line: line.move_id == self.move_id and not line.date_start)
        return add_up([*rows.mapped("amount"), *lines.mapped("amount")])

    def _decide(self, subscription, amount):
        """Ask the guard about this subscription's part of the invoice, as of today if the plan is older."""
        start = self._get_period_start(subscription)
        return subscription._decide_charge(
            amount=amount,
            day=max(self.date, self._get_today()),
            period_start=start,
            is_renewal=bool(self._get_dues_of(subscription)) and start > (subscription.date_anchor or start),
            payer=self.move_id.partner_id,
        )

    def _get_dues_of(self, subscription):
        """Return what the invoice bills of this subscription for periods that a notice announces."""
        return subscription.period_ids.filtered(
            lambda row: row.move_id == self.move_id and row.kind in ("dues", "seat", "addon")
        )

    def _get_period_start(self, subscription):
        """Return the first day of what the invoice bills of this subscription."""
        starts = self._get_dues_of(subscription).mapped("date_start")
        return min(starts, default=subscription.date_anchor or self.date)

    def _write_down(self):
        token, judged = self._get_route(), self._judge()
        transaction = (
            self.env["payment.transaction"]
            .sudo()
            .create(
                {
                    "provider_id": token.provider_id.id,
                    "payment_method_id": token.payment_method_id.id,
                    "token_id": token.id,
                    "reference": f"{self.move_id.name}-{self.id}",
                    "amount": to_float(judged.amount),
                    "currency_id": self.currency_id.id,
                    "partner_id": self.move_id.partner_id.id,
                    "operation": "offline",
                    "invoice_ids": [(6, 0, self.move_id.ids)],
                }
            )
        )
        self.write(
            {
                "state": "sent",
                "sent_at": fields.Datetime.now(),
                "token_id": token.id,
                "transaction_id": transaction.id,
                "amount": transaction.amount,
                "covered_ids": [(6, 0, judged.covered)],
                "reason_codes": False,
            }
        )

    def _send(self):
        transaction = self.transaction_id
        transaction._charge_with_token()
        if transaction.state in ("done", "cancel", "error"):
            transaction._post_process()

    def _job_ask(self):
        """Find out the result of a request without an answer: ask for it, then send the same one once more.

        The first may never have arrived, so what speaks against a charge today speaks against this one. What may not
        be sent again is left to a person, with the reason on the charge.
        """
        self.ensure_one()
        if not self._lock("in_doubt"):
            return
        transaction = self.transaction_id
        transaction._ask_provider()
        if self.state == "in_doubt":
            self._send_again_or_ask()
        elif transaction.state == "done":
            transaction._post_process()

    def _send_again_or_ask(self):
        """Send the same request once more where its first one would be recognized and it is still allowed."""
        is_recognized = self._is_recognized()
        if is_recognized:
            self.move_id._use_credit()
        if is_recognized and self._is_still_allowed():
            self._send()
        else:
            values = {"reference": self.transaction_id.reference, "provider": self.provider_id.name}
            self.write({"needs_person": True, "reason_codes": [("ask_a_person", values)]})

    def _is_recognized(self):
        """Tell whether the provider would take the same request for the one that it may have had."""
        is_young = self.sent_at and self.sent_at > fields.Datetime.now() - REPEATABLE_FOR
        return is_young and self.transaction_id._can_be_asked()

    def _is_still_allowed(self):
        return not self._get_objections() and self._judge().allows(to_decimal(self.transaction_id.amount))

    # === ANSWERS === #

    def _follow_transaction(self):
        """Take over what the provider said; called whenever the transaction changes its state."""
        for charge in self.filtered(lambda charge: charge.state in ("sent", "in_doubt", "failed")):
            state = charge.transaction_id.state
            if charge.transaction_id.is_in_doubt and state not in ("done", "cancel"):
                charge.state = "in_doubt"
            elif state == "done":
                charge.write({"state": "done", "reason_codes": False})
                charge._emit("charge.done")
            elif state in ("error", "cancel") and charge.state != "failed":
                charge.write({"state": "failed", "reason_codes": False})
                charge._emit("charge.failed")
                charge._try_next_card()

    def _ask_for_rest(self):
        """Go on with what is left of invoices of which these charges paid the part that was consented to.

        Another attempt is planned, which says what lacks for the rest; those whose part is paid go on.
        """
        rest = self.move_id.filtered(lambda move: move.amount_residual > 0)
        rest._plan_charges()
        self.covered_ids._settle_if_paid()

    def _try_next_card(self):
        """Plan an attempt with another card of the payer today, if there is one."""
        if self._get_route():
            self.move_id._plan_charges()
