from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError

from ...domain.credits import InvoiceLine, match_lines
from ...domain.proration import ZERO
from ..money import to_decimal
from ..subscription.gym_subscription_running import RUNNING_KINDS


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    gym_date_start = fields.Date(string="Service From", readonly=True, help="Its income is spread over the service.")
    gym_date_end = fields.Date(string="Service Until", readonly=True, help="First day after the service.")
    gym_reversed_line_id = fields.Many2one(
        "account.move.line",
        string="Gives Back",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The line whose dues this one gives back, in part or whole.",
    )

    gym_credit_line_ids = fields.One2many(
        "account.move.line", "gym_reversed_line_id", string="Given Back By", readonly=True
    )

    def _get_credited_by_hand(self):
        """Return {line: what credit notes made in accounting gave back of it, without IVA} of those of which they did.

        What the verbs of subscriptions give back is counted there.
        """
        credits = self.gym_credit_line_ids.filtered(
            lambda line: line.parent_state == "posted" and line.move_id.move_type == "out_refund"
        )
        charges = self.env["gym.subscription.charge.line"].sudo().search([("move_line_id", "in", credits.ids)])
        by_hand = (credits - charges.move_line_id).grouped("gym_reversed_line_id")
        return {line: to_decimal(sum(found.mapped("balance"))) for line, found in by_hand.items()}

    def _get_undone(self):
        """Return those of these lines that charge nothing any more: no longer posted, or credited in full."""
        credited = self._get_credited_by_hand()
        return self.filtered(
            lambda line: line.parent_state != "posted"
            or (line in credited and credited[line] >= -to_decimal(line.balance))
        )

    def _to_invoice_line(self):
        self.ensure_one()
        return InvoiceLine(self, self.product_id, self.name, to_decimal(self.price_total))

    def _is_gym_service(self):
        """Tell whether it bills days of service, or gives some back, whose income is spread."""
        self.ensure_one()
        return bool(self.gym_date_end or self.gym_reversed_line_id)


class AccountMove(models.Model):
    """Dues whose income is spread go to the account of unearned dues when they are posted.

    Only the base moves: IVA stays where the taxes put it, on cash basis in Mexico.
    """

    _inherit = "account.move"

    gym_deferral_entry_ids = fields.One2many("gym.deferral.entry", "move_id", string="Earned Dues", readonly=True)

    def _post(self, soft=True):
        self._check_not_billed_again()
        self._name_reversed_lines()
        deferrals = self.env["gym.deferral"].sudo()
        today = fields.Date.context_today(self)
        now = self.filtered(
            lambda move: move.is_sale_document()
            and move.company_id.gym_deferred_account_id
            and not (soft and move.date > today)
        )
        lines = now.invoice_line_ids.filtered(lambda line: line._is_gym_service() and line.balance)
        accounts = deferrals._take_over(lines) if lines else {}
        posted = super()._post(soft)
        if accounts:
            deferrals._record({line: account for line, account in accounts.items() if line.move_id.state == "posted"})
        posted._tell_undone()
        return posted

    def button_draft(self):
        """Take invoices back to draft: what was earned of them is corrected by the next month that is closed.

        :raise UserError: for the entries of earned dues themselves
        """
        if self.sudo().gym_deferral_entry_ids:
            raise UserError(
                self.env._(
                    "Entries of earned dues stay as they are: a correction of the invoice goes into the next month "
                    "that is closed. See Reporting > Deferred Dues."
                )
            )
        self.filtered(lambda move: move.move_type == "out_refund").reversed_entry_id._check_not_billed_again()
        result = super().button_draft()
        self.env["gym.deferral"].sudo().search([("move_id", "in", self.ids)])._take_back()
        self._tell_undone()
        return result

    # === UNDONE BY ACCOUNTING === #

    def _name_reversed_lines(self):
        """Note on credit notes made in accounting which line of the invoice of dues each of theirs gives back."""
        notes = self.filtered(lambda move: move.move_type == "out_refund" and move.reversed_entry_id.gym_location_id)
        charges = self.env["gym.subscription.charge.line"].sudo().search([("move_id", "in", notes.ids)])
        for note in notes - charges.move_id:
            credited = note.invoice_line_ids.filtered(lambda line: line.price_total > 0)
            billed = note.reversed_entry_id._get_due_lines().sorted("id")
            matched = match_lines(
                [line._to_invoice_line() for line in credited.sorted("id")],
                [line._to_invoice_line() for line in billed],
            )
            for line, target in matched.items():
                line.gym_reversed_line_id = target

    def _tell_undone(self):
        """Open a problem for each subscription whose dues on these invoices, or on those they reverse, are undone.

        What is posted for the first time is looked up, all at once, and left alone.
        """
        issues = self.env["gym.billing.issue"].sudo()
        moves = self.sudo().filtered(lambda move: move.is_sale_document())
        known = issues.search([("code", "=", "undone"), ("state", "=", "open"), ("mend_id", "in", moves.ids)])
        changed = moves.filtered(lambda move: move.state != "posted" or move.id in known.mapped("mend_id"))
        dues = (changed | moves.reversed_entry_id).filtered(
            lambda move: move.move_type == "out_invoice" and move.gym_location_id
        )
        if dues:
            issues._follow_undone(dues)

    def _check_not_billed_again(self):
        """Refuse to bring invoices back whose dues are on another one by now.

        :raise UserError: naming both
        """
        again = self.env["gym.subscription.charge.line"].sudo()
        again = again.search([("again_move_id", "in", self.ids), ("state", "=", "billed")])
        standing = again.filtered(lambda charge: charge.move_line_id and not charge.move_line_id._get_undone())
        for charge in standing[:1]:
            raise UserError(
                self.env._(
                    "What %(invoice)s charged was billed again on %(other)s. Cancel or credit that one first.",
                    invoice=charge.again_move_id.display_name,
                    other=charge.move_id.display_name,
                )
            )

    # === GIVEN UP === #

    def _get_lost_share(self):
        """Return which part of this invoice, less its credit notes, was written off: ``Decimal`` from 0 to 1."""
        self.ensure_one()
        partials = self.line_ids.matched_credit_ids
        credited = partials.filtered(lambda one: one.credit_move_id.move_id.move_type == "out_refund")
        net = to_decimal(self.amount_total_signed) - to_decimal(sum(credited.mapped("amount")))
        return min(Decimal(1), to_decimal(self._get_lost_amount()) / net) if net > 0 else ZERO

    def _get_loss_account(self):
        """Return the account against which most of this invoice was written off."""
        self.ensure_one()
        lost = max(self.line_ids.matched_credit_ids, key=lambda partial: partial._get_lost_amount())
        lines = lost.credit_move_id.move_id.line_ids
        return max(
            lines.filtered(lambda line: line.account_id.internal_group == "expense"), key=lambda line: line.balance
        ).account_id

    def _give_up_unserved(self):
        """Credit what these invoices, which nobody will pay, charge for days without service; the contracts end.

        Only what is not income yet goes: what was served, or is income since it was billed, is the accountant's to
        write off. What was paid stays paid. Called in sudo by who decided it.
        """
        rows = self.env["gym.subscription.period"].search([("move_id", "in", self.ids)])
        rows = rows.filtered(lambda row: row.kind in RUNNING_KINDS and row._is_owed() and row._is_unearned())
        rows.subscription_id._end_given_up()
        credits = [credit for row in rows for credit in row._prepare_refund_of_unserved()]
        credits = self.env["gym.subscription"]._cap_credits(credits, is_open_only=True)
        rows.write({"is_superseded": True})
        return self.env["gym.subscription.charge.line"].create(credits)._bill()
