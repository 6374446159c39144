from odoo import models
from odoo.fields import Domain

from odoo.addons.gym_subscriptions.models.money import add_up, to_decimal, to_float

from ..domain.references import find_references


class AccountBankStatementLine(models.Model):
    """Pays dues with the transfers that carry their reference."""

    _inherit = "account.bank.statement.line"

    def _do_auto_reconcile_invoices(self):
        """Let references of dues come before what the OCA looks for.

        :return: the lines without a proposal yet, and those ready to be reconciled
        """
        dues = self._find_dues()
        for line, moves in dues.items():
            line._propose_dues(moves)
        paying = self.browse(line.id for line in dues)
        others, done = super(AccountBankStatementLine, self - paying)._do_auto_reconcile_invoices()
        return others, done | paying.filtered(lambda line: line.reconcile_data_info["can_reconcile"])

    def _find_dues(self):
        """Return the open dues whose references these receipts carry, in the order of the text.

        What came in another currency than the books' waits for a person. The number of queries does not grow with the
        lines.

        :return: dict of line to ``account.move``; without what carries none
        """
        receipts = self.filtered(
            lambda line: line.amount > 0
            and (line.foreign_currency_id or line.currency_id) == line.company_id.currency_id == line.currency_id
        )
        found = {}
        for company, lines in receipts.grouped("company_id").items():
            dues = self._get_open_dues_by_reference(company)
            for line in lines:
                references = find_references(line._get_bank_text(), dues)
                if references:
                    found[line] = self.env["account.move"].union(*(dues[reference] for reference in references))
        return found

    def _get_open_dues_by_reference(self, company):
        """Return the open invoices of dues of ``company`` by each name that a payer may have been told."""
        moves = self.env["account.move"]
        moves = moves.search_fetch(
            moves._get_open_dues_domain() & Domain("company_id", "=", company.id),
            ["name", "payment_reference"],
        )
        return {
            reference: moves_of_one
            for names in (moves.grouped("payment_reference"), moves.grouped("name"))
            for reference, moves_of_one in names.items()
            if reference and len(moves_of_one) == 1
        }

    def _get_bank_text(self):
        """Return all that the bank tells of this line, the payer's words first."""
        self.ensure_one()
        words = (self.payment_ref, self.ref, self.narration, self.transaction_details)
        return "\n".join(str(word) for word in words if word)

    def _propose_dues(self, dues):
        """Propose that this receipt pays ``dues``; what is over stays with the payer as credit for the next ones.

        With several payers nobody can tell whose that is: then the proposal waits for a person.
        """
        self.ensure_one()
        payer = dues.partner_id
        if not self.partner_id and len(payer) == 1:
            self.partner_id = payer
        begun = self._default_reconcile_data()
        rows = [row for row in begun["data"] if row["kind"] != "suspense"]
        auxiliary = begun["reconcile_auxiliary_id"]
        for line in self._get_receivable_lines(dues):
            auxiliary, paid = self._get_reconcile_line(
                line,
                "other",
                is_counterpart=True,
                max_amount=to_float(add_up(row["amount"] for row in rows)),
                reconcile_auxiliary_id=auxiliary,
                move=True,
            )
            rows += paid
        self.reconcile_data_info = self._recompute_suspense_line(rows, auxiliary, self.manual_reference)

    def _get_receivable_lines(self, dues):
        """Return what is still to be paid of ``dues``, as far as this receipt reaches, in their order."""
        left, lines = to_decimal(self.amount), self.env["account.move.line"]
        for move in dues:
            for line in move.line_ids:
                if line.account_id.account_type == "asset_receivable" and not line.reconciled and left > 0:
                    lines |= line
                    left -= to_decimal(line.amount_residual)
        return lines
