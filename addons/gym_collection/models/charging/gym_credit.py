from odoo import api, fields, models
from odoo.fields import Domain

from ..refunds.gym_refund import OPEN_STATES


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_gym_credit_lines(self, company):
        """Return, in sudo, what ``company`` owes these payers in the books: overpayments, advances, credit notes.

        Accounting keeps all contacts of a company in one account; here each has only what came from them. Money that
        is on its way back to them is not counted.

        :return: receivable lines with something left, oldest first
        """
        domain = (
            Domain("partner_id", "in", (self | self.commercial_partner_id).ids)
            & Domain("company_id", "=", company.id)
            & Domain("account_id.account_type", "=", "asset_receivable")
            & Domain("parent_state", "=", "posted")
            & Domain("reconciled", "=", False)
            & Domain("amount_residual", "<", 0)
        )
        lines = self.env["account.move.line"].sudo().search(domain, order="date, id")
        going_back = lines.move_id.gym_refund_ids.filtered(lambda refund: refund.state in OPEN_STATES).move_id
        return lines.filtered(lambda line: line.move_id not in going_back and line._get_gym_credit_owner() in self)

    def _get_gym_credit(self, company):
        """Return how much the payer has left with ``company`` for the next invoices, in its currency, 0 or more."""
        self.ensure_one()
        return -sum(self._get_gym_credit_lines(company).mapped("amount_residual"))


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


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _get_gym_credit_owner(self):
        """Return whose money is left on this line: of the person whose invoices it paid, else of whom it names."""
        self.ensure_one()
        paid = self.matched_debit_ids.debit_move_id.move_id.filtered("gym_location_id").partner_id
        return paid if len(paid) == 1 else self.move_id.partner_id or self.partner_id


class GymDue(models.Model):
    _inherit = "gym.due"

    def _bill(self):
        moves = super()._bill()
        moves._use_credit()
        return moves


class GymSubscription(models.Model):
    _inherit = "gym.subscription"

    payer_credit = fields.Monetary(
        string="Credit", compute="_compute_payer_credit", help="What the payer has left for the next invoices."
    )

    @api.depends("payer_id", "company_id")
    def _compute_payer_credit(self):
        for subscription in self:
            partner, company = subscription.sudo().payer_id, subscription.sudo().company_id
            subscription.payer_credit = partner._get_gym_credit(company) if partner and company else 0.0
