import logging
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from decimal import Decimal

from psycopg2 import OperationalError
from psycopg2.errors import UniqueViolation

from odoo import api, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tools import format_date

from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.vigor_invoice_batch.domain.invoice import Invoice, InvoiceLine

from ...domain.billing import use_credits
from ...domain.proration import ZERO
from ..money import add_up, to_decimal

_logger = logging.getLogger(__name__)


@dataclass
class Bill:
    """One invoice to be: what one payer owes one branch."""

    location: models.BaseModel
    partner_id: int
    dues: list[dict] = field(default_factory=list)
    # gym.due -> the part of its amount that goes on this invoice
    waiting: dict[models.BaseModel, Decimal] = field(default_factory=dict)
    # credits of a tax that nothing here is charged at: no tax of an invoice can be negative
    apart: list[models.BaseModel] = field(default_factory=list)

    @property
    def total(self):
        return add_up([*(vals["amount"] for vals in self.dues), *self.waiting.values()])


@dataclass
class Outcome:
    """What billing did, and {subscription: (code, text, record to correct)} of what it could not do."""

    moves: models.BaseModel
    billed: models.BaseModel
    issues: dict = field(default_factory=dict)
    late: int = 0


class GymBillingEngine(models.AbstractModel):
    """Bills subscriptions in the present transaction: invoices, billed periods, and what comes next, or nothing at all.

    Twice cannot happen: rows are locked and looked at again before, the subscription moves on in the same transaction,
    and a unique index over billed periods refuses whatever would get past that.
    """

    _name = "gym.billing.engine"
    _description = "Billing Engine"

    @api.model
    def _bill(self, subscriptions, until=None):
        """Bill what is due of ``subscriptions``; whatever cannot be billed holds up nothing else.

        Subscriptions that another transaction is working on are left to it.

        :param until: civil date; what falls due later waits. None: today at each branch, which nothing goes beyond
        :return: an :class:`Outcome`
        :raise OperationalError: when the transaction has to be repeated
        """
        subscriptions = subscriptions.sudo().try_lock_for_update()
        subscriptions.invalidate_recordset()
        days = {branch: min(until or branch._today(), branch._today()) for branch in subscriptions.location_id}
        due = subscriptions._filter_due(days)
        outcome = Outcome(self.env["account.move"], due.browse(), self._check_before(due, days))
        self._bill_or_split(due - due.browse().union(*outcome.issues), days, outcome)
        self._settle_issues(outcome, subscriptions - due)
        return outcome

    def _bill_or_split(self, due, days, outcome):
        """Bill ``due`` together; when that fails, in halves, until the one that fails is alone."""
        if not due:
            return
        try:
            with self.env.cr.savepoint():
                moves, late = self._bill_rounds(due, days)
        except (OperationalError, RetryableJobError):
            raise
        except Exception as error:
            if len(due) == 1:
                outcome.issues[due] = self._describe(error, due)
                return
            half = len(due) // 2
            self._bill_or_split(due[:half], days, outcome)
            self._bill_or_split(due[half:], days, outcome)
            return
        outcome.moves |= moves
        outcome.billed |= due
        outcome.late += late
        for subscription in due._filter_due(days):
            outcome.issues[subscription] = self._describe_too_late(subscription)

    def _bill_rounds(self, due, days):
        """Bill the missed periods of late subscriptions, up to the company's limit.

        :return: (moves, how many subscriptions were behind)
        """
        moves = self.env["account.move"]
        late = due.browse()
        for turn in range(max(due.company_id.mapped("gym_billing_catch_up"))):
            now = due._filter_due(days).filtered(lambda sub, turn=turn: turn < sub.company_id.gym_billing_catch_up)
            if not now:
                break
            late |= now if turn else late
            moves |= self._bill_once(now, days)
        return moves, len(late)

    def _bill_once(self, due, days):
        """Bill the next period of ``due`` and of their add-ons, and everything else that waits for an invoice."""
        periods, addon_periods = self._get_periods(due, days)
        bills, free = self._get_bills(due, periods, addon_periods)
        moves = self.env["account.move.batch"].sudo()._create_and_post(self._prepare_invoices(bills))
        billed = [(bill, move) for bill, move in zip(bills, moves, strict=True)]
        billed += [(bill, self.env["account.move"]) for bill in free]
        self._record_periods(billed)
        for bill, move in billed:
            self._mark_dues(bill, move)
            self._bill_apart(bill, move)
        self._emit_billed(due, periods, billed)
        due.browse(periods)._advance(periods)
        due.line_ids.browse(addon_periods)._advance(addon_periods)
        self.env["gym.billing.run"]._after_billed(moves)
        return moves

    @api.model
    def _preview(self, subscriptions, until):
        """Bill as :meth:`_bill` does, look at it, and undo it: what it shows is what billing now would do.

        :return: values of preview lines, one for each invoice, each subscription whose dues come to nothing and each
            one that could not be billed
        """
        with closing(self.env.cr.savepoint()):
            outcome = self._bill(subscriptions, until)
            return [
                *(self._describe_move(move) for move in outcome.moves),
                *(self._describe_free(sub) for sub in outcome.billed - outcome.moves._get_gym_subscriptions()),
                *(self._describe_issue(sub, text) for sub, (_code, text, _record) in outcome.issues.items()),
            ]

    @api.model
    def _describe_move(self, move):
        return {
            "location_id": move.gym_location_id.id,
            "partner_id": move.partner_id.id,
            "subscriptions": move.invoice_origin,
            "text": "\n".join(move.invoice_line_ids.mapped("name")),
            "amount": move.amount_total,
        }

    @api.model
    def _describe_free(self, subscription):
        return {
            "location_id": subscription.location_id.id,
            "partner_id": subscription.payer_id.id,
            "subscriptions": subscription.name,
            "text": self.env._("Nothing to pay until %(date)s", date=format_date(self.env, subscription.period_end)),
        }

    @api.model
    def _describe_issue(self, subscription, text):
        return {
            "location_id": subscription.location_id.id,
            "partner_id": subscription.payer_id.id,
            "subscriptions": subscription.name,
            "reason": text,
        }

    # === WHAT IS ON THE INVOICES === #

    def _get_periods(self, due, days):
        """Return the next period of each subscription and of each add-on with a cycle of its own: two dicts by id."""
        subscriptions = due.filtered(lambda sub: sub._is_dues_due(days[sub.location_id]))
        lines = due.line_ids.browse().union(*(sub._get_due_addon_lines(days[sub.location_id]) for sub in due))
        return subscriptions._get_next_periods(), lines._get_next_periods()

    def _get_bills(self, due, periods, addon_periods):
        """Return what to invoice, one :class:`Bill` for each payer and branch, and the bills that come to nothing."""
        bills = {}

        def bill_of(location, partner_id):
            return bills.setdefault((location.id, partner_id), Bill(location, partner_id))

        dues = [vals for found in due.browse(periods)._prepare_dues(periods).values() for vals in found]
        for line in due.line_ids.browse(addon_periods):
            dues += line._prepare_dues(addon_periods[line.id])
        for vals in dues:
            bill_of(due.browse(vals["subscription_id"]).location_id, vals["partner_id"]).dues.append(vals)
        pending = self._get_pending(due)
        pending._take_taxes_of_today()
        for line in pending:
            bill_of(line.location_id, line.partner_id.id).waiting[line] = to_decimal(line.amount)
        for bill in bills.values():
            self._limit_credits(bill)
        worth = [key for key, bill in bills.items() if bill.total > 0 or bill.waiting]
        return [bills[key] for key in worth], [bill for key, bill in bills.items() if key not in worth and bill.dues]

    def _get_pending(self, due):
        """Return the dues that wait for an invoice; what takes back an invoice gets a credit note instead."""
        return self.env["gym.due"].search(
            [("subscription_id", "in", due.ids), ("state", "=", "pending"), ("reversed_move_id", "=", False)]
        )

    @api.model
    def _limit_credits(self, bill):
        """Take on ``bill`` only as much credit as it charges at the same taxes: the rest waits for the next one.

        What gives back something that was taxed as nothing of this bill is goes apart.
        """
        credits = defaultdict(dict)
        for line, amount in bill.waiting.items():
            if amount < 0:
                credits[frozenset(line.tax_ids.ids)][line] = amount
        if not credits:
            return
        bill.waiting = {line: amount for line, amount in bill.waiting.items() if amount >= 0}
        charged = defaultdict(Decimal)
        for vals in bill.dues:
            charged[frozenset(vals["tax_ids"][0][2])] += vals["amount"]
        for line, amount in bill.waiting.items():
            charged[frozenset(line.tax_ids.ids)] += amount
        for taxes, found in credits.items():
            if taxes in charged:
                bill.waiting |= use_credits(max(charged[taxes], ZERO), found.items())
            elif sum(charged.values()) > 0:
                bill.apart += found

    @api.model
    def _prepare_invoices(self, bills):
        """Return the ``Invoice`` of each bill, dated today at its branch."""
        partners = self.env["res.partner"].browse(bill.partner_id for bill in bills)
        agreements = self.env["gym.corporate.agreement"]
        terms = {
            company: {payer.id: term for payer, term in agreements._get_payment_terms(company, partners).items()}
            for company in {bill.location.company_id for bill in bills}
        }
        branches = {
            location: (location._get_gym_journal().id, location._today())
            for location in {bill.location for bill in bills}
        }
        return [
            self._prepare_invoice(bill, *branches[bill.location], terms[bill.location.company_id][bill.partner_id])
            for bill in bills
        ]

    @api.model
    def _prepare_invoice(self, bill, journal_id, day, payment_term):
        values = (("gym_location_id", bill.location.id), ("invoice_user_id", False))
        if not payment_term:
            values += (("invoice_date_due", day),)
        if run_id := self.env.context.get("gym_billing_run_id"):
            values += (("gym_billing_run_id", run_id),)
        company = bill.location.company_id
        lines = [
            self._prepare_line(
                vals["product_id"],
                vals["name"],
                vals["amount"],
                vals["tax_ids"],
                company._get_gym_service(vals.get("date_start"), vals.get("date_end"), day),
            )
            for vals in bill.dues
        ]
        lines += [
            self._prepare_line(
                line.product_id.id, line.name, amount, [Command.set(line.tax_ids.ids)], line._get_service_vals()
            )
            for line, amount in bill.waiting.items()
        ]
        return Invoice(
            partner_id=bill.partner_id,
            journal_id=journal_id,
            invoice_date=day,
            lines=tuple(lines),
            origin=self._get_origin(bill),
            payment_term_id=payment_term.id or 0,
            values=values,
            total=bill.total,
        )

    @api.model
    def _prepare_line(self, product_id, name, amount, tax_commands, values):
        tax_ids = tax_commands[0][2] if tax_commands else ()
        return InvoiceLine(
            product_id=product_id,
            name=name,
            price_unit=amount,
            tax_ids=tuple(tax_ids),
            values=tuple(values.items()),
        )

    @api.model
    def _get_origin(self, bill):
        ids = {vals["subscription_id"] for vals in bill.dues} | {line.subscription_id.id for line in bill.waiting}
        return ", ".join(self.env["gym.subscription"].browse(sorted(ids)).mapped("name"))

    # === WHAT IS RECORDED === #

    def _record_periods(self, billed):
        """Note the periods that were billed, so that none of them can be again."""
        rows = []
        for bill, move in billed:
            move_lines = move._get_lines_in_order() or [move.invoice_line_ids] * len(bill.dues)
            for vals, move_line in zip(bill.dues, move_lines, strict=False):  # what waited comes after them
                if vals.get("date_start"):
                    rows.append(vals | {"move_id": move.id, "move_line_id": move_line.id})
        self.env["gym.subscription.period"]._record(rows)

    @api.model
    def _mark_dues(self, bill, move):
        """Note that ``move`` bills the waiting dues of ``bill``; the part of a credit that did not fit waits on."""
        lines = self.env["gym.due"]
        for line, amount in bill.waiting.items():
            if rest := to_decimal(line.amount) - amount:
                line.copy({"amount": rest, "state": "pending", "move_id": False})
                line.amount = amount
            lines |= line
        if lines:
            lines._mark_billed(move._get_lines_in_order()[len(bill.dues) :])

    @api.model
    def _bill_apart(self, bill, move):
        """Give back on credit notes of their own what cannot share the invoice ``move``, and settle it with them."""
        if bill.apart and move:
            notes = self.env["gym.due"].union(*bill.apart)._bill()
            (move | notes)._settle_with_each_other()

    def _emit_billed(self, due, periods, billed):
        """Log one event for each subscription whose dues were billed."""
        amounts = defaultdict(Decimal)
        for bill, _move in billed:
            for vals in bill.dues:
                amounts[vals["subscription_id"]] += vals["amount"]
        self.env["gym.event"]._emit(
            [
                {
                    "member_id": sub.member_id.id,
                    "type": "subscription.billed",
                    "location_id": sub.location_id.id,
                    "payload": {
                        "subscription_id": sub.id,
                        "plan": sub.plan_id.name,
                        "amount": f"{amounts[sub.id]:.2f}",
                        "until": str(periods[sub.id].end),
                    },
                }
                for sub in due.browse(periods)
            ]
        )

    # === WHAT CANNOT BE BILLED === #

    def _check_before(self, due, days):
        """Return what is known to fail before anything is tried: {subscription: (code, text, record to correct)}."""
        branches = {branch: self._check_branch(branch, days[branch]) for branch in due.location_id}
        plans = {
            (branch, plan): branches[branch] or self._check_plan(plan, branch, branch._today())
            for (branch, plan) in due.grouped(lambda sub: (sub.location_id, sub.plan_id))
        }
        complaints = {sub: plans[sub.location_id, sub.plan_id] or self._check_payer(sub) for sub in due}
        return {sub: complaint for sub, complaint in complaints.items() if complaint}

    @api.model
    def _check_branch(self, branch, day):
        """Return why nothing of ``branch`` can be invoiced on ``day``, or None."""
        try:
            journal = branch._get_gym_journal()
        except UserError as error:
            return "journal", str(error), branch.company_id
        if not journal.active:
            text = self.env._(
                "The journal %(journal)s of %(branch)s is archived.", journal=journal.name, branch=branch.name
            )
            return "journal", text, journal
        locks = branch.company_id._get_lock_date_violations(day, sale=True, purchase=False)
        if locks:
            text = self.env._(
                "The books of %(company)s are closed until %(date)s.",
                company=branch.company_id.name,
                date=format_date(self.env, max(date for date, _field in locks)),
            )
            return "period_closed", text, branch.company_id
        return None

    @api.model
    def _check_plan(self, plan, branch, day):
        """Return why ``plan`` cannot be invoiced by ``branch``, or None."""
        try:
            branch._get_gym_taxes(day, plan)
        except UserError as error:
            return "tax", str(error), branch.company_id
        if not plan.product_id.active:
            text = self.env._("The product of the plan %(plan)s is archived.", plan=plan.name)
            return "product_archived", text, plan.product_id
        return None

    @api.model
    def _check_payer(self, subscription):
        """Return why the payer of ``subscription`` cannot get an invoice, or None."""
        payer, member = subscription.payer_id, subscription.member_id
        if not payer.active:
            text = self.env._("The payer, %(payer)s, is archived.", payer=payer.name)
            return "payer_archived", text, payer
        if member.date_blocked:
            text = self.env._("The data of %(member)s are blocked at their request.", member=member.name)
            return "member_blocked", text, member
        return None

    def _describe(self, error, subscription):
        """Return what kept ``subscription`` from being billed, for its issue."""
        if isinstance(error, UserError | ValidationError):
            return "refused", str(error), subscription
        if isinstance(error, UniqueViolation):
            text = self.env._("A period of %(subscription)s is on an invoice already.", subscription=subscription.name)
            return "billed_already", text, subscription
        _logger.exception("Subscription %s could not be billed", subscription.id)
        return "unexpected", f"{type(error).__name__}: {error}", subscription

    def _describe_too_late(self, subscription):
        text = self.env._(
            "%(subscription)s is behind by more than the %(count)s periods that one run bills; still due: %(date)s.",
            subscription=subscription.name,
            count=subscription.company_id.gym_billing_catch_up,
            date=format_date(self.env, subscription.next_bill_date),
        )
        return "too_late", text, subscription

    def _settle_issues(self, outcome, not_due):
        """Open the issues of what failed, and close those of what went well or is ``not_due`` any more."""
        issues = self.env["gym.billing.issue"]
        issues._close((outcome.billed | not_due) - outcome.billed.browse().union(*outcome.issues))
        issues._open(outcome.issues)
