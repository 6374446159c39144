from odoo import api, models

from odoo.addons.gym_subscriptions.models.money import to_decimal

from ...domain import dunning


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        """Let dunning count what comes in, parts of invoices too; credit notes and write-offs bring nothing."""
        partials = super().create(vals_list)
        for partial in partials.sudo():
            move, source = partial.debit_move_id.move_id, partial.credit_move_id.move_id
            if not move.gym_location_id or move.move_type != "out_invoice" or source.move_type == "out_refund":
                continue
            if paid := partial.company_currency_id.round(partial.amount - partial._get_lost_amount()):
                move._get_open_dunning_case()._note_recovered(move, paid)
        return partials

    def _get_lost_amount(self):
        """Return how much of this was given up instead of paid: what its entry books against expense accounts.

        That is an entry for a bad debt, and the part of a payment that "mark as fully paid" wrote off in its own entry.
        Credit notes, bank lines, exchange differences and entries against any other account (opening balances, credit
        moved from one account to another) give nothing up.
        """
        self.ensure_one()
        entry = self.credit_move_id.move_id
        if entry.move_type != "entry" or entry.statement_line_id or entry.exchange_diff_partial_ids:
            return 0.0
        expenses = entry.line_ids.filtered(lambda line: line.account_id.internal_group == "expense")
        closing = entry.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable" and line.balance < 0
        )
        if not expenses or not closing:
            return 0.0
        total = -sum(closing.mapped("balance"))
        lost = sum(expenses.mapped("balance"))
        return float(dunning.lost_part(to_decimal(self.amount), to_decimal(lost), to_decimal(total)))
