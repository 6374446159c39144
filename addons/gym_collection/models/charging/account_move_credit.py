from odoo import models
from odoo.fields import Domain


class AccountMove(models.Model):
    _inherit = "account.move"

    def _use_credit(self):
        """Pay these invoices of dues with what their payers have left, oldest credit and oldest invoice first.

        :return: the invoices that credit has paid, in part or whole
        """
        paid = self.browse()
        groups = self._get_open_dues().grouped(lambda move: (move.partner_id, move.company_id))
        for (partner, company), moves in groups.items():
            owed = moves.line_ids.filtered(
                lambda line: line.account_id.account_type == "asset_receivable" and not line.reconciled
            )
            credits = partner._get_gym_credit_lines(company)
            for account, lines in owed.grouped("account_id").items():
                left = credits.filtered(lambda line, account=account: line.account_id == account)
                if left:
                    (lines | left).reconcile()
                    paid |= lines.move_id
        return paid

    def _get_with_credit(self):
        """Return those of these open dues whose payers have credit, with one query for all of them."""
        moves = self._get_open_dues()
        lines = moves.env["account.move.line"].search(
            Domain("partner_id", "in", (moves.partner_id | moves.commercial_partner_id).ids)
            & Domain("company_id", "in", moves.company_id.ids)
            & Domain("account_id.account_type", "=", "asset_receivable")
            & Domain("parent_state", "=", "posted")
            & Domain("reconciled", "=", False)
            & Domain("amount_residual", "<", 0)
        )
        payers = {(line._get_gym_credit_owner(), line.company_id) for line in lines}
        return moves.filtered(lambda move: (move.partner_id, move.company_id) in payers)

    def _use_credit_then_charge(self):
        """Job after billing: the credit of the payers first, their cards for the rest only."""
        self._use_credit()
        self._plan_charges_of_cards()

    def _plan_payment(self):
        """Plan, in the transaction that billed these invoices, how they are paid after it: by credit, then by card."""
        with_credit = self._get_with_credit()
        if with_credit:
            with_credit.with_delay(
                channel="root.charging",
                description=self.env._("Credit of payers on %(count)s invoices", count=len(with_credit)),
            )._use_credit_then_charge()
        (self - with_credit)._plan_charges_of_cards()
