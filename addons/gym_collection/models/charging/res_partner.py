from odoo import models
from odoo.fields import Domain

from odoo.addons.gym_subscriptions.models.money import add_up

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

    def _get_gym_open_dues(self, company):
        """Return, in sudo, the invoices of dues of ``company`` that these payers have open, the oldest first."""
        moves = self.env["account.move"].sudo()
        theirs = Domain("partner_id", "in", self.ids) & Domain("company_id", "=", company.id)
        return moves.search(moves._get_open_dues_domain() & theirs, order="invoice_date_due, id")

    def _get_gym_credit(self, company):
        """Return how much the payer has left with ``company`` for the next invoices: ``Decimal``, 0 or more."""
        self.ensure_one()
        return -add_up(self._get_gym_credit_lines(company).mapped("amount_residual"))
