from odoo import api, fields, models

from odoo.addons.gym_subscriptions.domain.proration import ZERO
from odoo.addons.gym_subscriptions.models.money import add_up, to_decimal

from ...domain import dunning


class AccountPartialReconcile(models.Model):
    """What of an invoice of dues was paid, and what dunning brought in: the ledger of recovered dues."""

    _inherit = "account.partial.reconcile"

    gym_amount_paid = fields.Monetary(
        string="Paid Dues",
        currency_field="company_currency_id",
        compute="_compute_gym_amount_paid",
        store=True,
        help="What money closed of an invoice of dues: nothing of a credit note, nothing that was written off.",
    )
    gym_dunning_case_id = fields.Many2one(
        "gym.dunning.case", string="Recovered in", readonly=True, index="btree_not_null", ondelete="set null"
    )
    gym_dunning_taken_id = fields.Many2one(
        "gym.dunning.taken", string="Recovered after", readonly=True, index="btree_not_null", ondelete="set null"
    )
    gym_recovered_on = fields.Date(
        string="Recovered on",
        readonly=True,
        help="Day of the payment; what had been paid before the invoice fell due, the day on which it was used.",
    )

    @api.depends("amount")
    def _compute_gym_amount_paid(self):
        for partial in self:
            source = partial.credit_move_id.move_id
            is_paid = partial.debit_move_id.move_id._is_gym_dues() and source.move_type != "out_refund"
            paid = to_decimal(partial.amount) - partial._get_lost_amount() if is_paid else ZERO
            partial.gym_amount_paid = paid

    @api.model_create_multi
    def create(self, vals_list):
        """Let dunning count what comes in, parts of invoices too; credit notes and write-offs bring nothing."""
        partials = super().create(vals_list)
        partials.sudo().filtered("gym_amount_paid")._note_recovered()
        return partials

    def _note_recovered(self):
        """Put these payments of overdue invoices down to the open cases, and to the last step taken in each."""
        for partial in self:
            move, paid_on = partial.debit_move_id.move_id, partial.credit_move_id.date
            case, today = move._get_open_dunning_case(), move.gym_location_id._today()
            if case and move.invoice_date_due < today:
                partial.write(
                    {
                        "gym_dunning_case_id": case.id,
                        "gym_dunning_taken_id": case.taken_ids.sorted("id")[-1:].id,
                        "gym_recovered_on": paid_on if paid_on > move.invoice_date_due else today,
                    }
                )

    def _get_lost_amount(self):
        """Return how much of this was given up, not paid, ``Decimal``: what its entry books against income or expenses.

        That is an entry for a bad debt, also against its allowance, an entry that takes income back, and the part of a
        payment that "mark as fully paid" wrote off in its own entry. Credit notes, bank lines, exchange differences and
        entries against any other account (opening balances, credit moved from one account to another) give nothing up.
        """
        self.ensure_one()
        entry = self.credit_move_id.move_id
        if entry.move_type != "entry" or entry.statement_line_id or entry.exchange_diff_partial_ids:
            return ZERO
        losses = entry.line_ids.filtered(lambda line: line.account_id._is_gym_loss(entry.company_id))
        closing = entry.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable" and line.balance < 0
        )
        if not losses or not closing:
            return ZERO
        lost, closed = add_up(losses.mapped("balance")), -add_up(closing.mapped("balance"))
        return dunning.lost_part(to_decimal(self.amount), lost, closed)
