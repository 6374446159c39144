from odoo import models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _get_gym_income_account(self, deferred_account):
        """Return the account of the income of this line, also when it is on the one of unearned dues already."""
        self.ensure_one()
        if self.account_id != deferred_account:
            return self.account_id
        move = self.move_id
        product = self.product_id.with_company(move.company_id).product_tmpl_id
        accounts = product.get_product_accounts(fiscal_pos=move.fiscal_position_id)
        return accounts["income"] or move.journal_id.default_account_id

    def _prepare_analytic_lines(self):
        """Override: unearned dues are no income of any analytic account; each month's entry brings its part."""
        is_unearned = self._is_gym_service() and self.account_id == self.company_id.gym_deferred_account_id
        return [] if is_unearned else super()._prepare_analytic_lines()

    def _prepare_gym_deferral(self, income_account, origin):
        """Return values of the deferral of this line; a credit without days of its own is for those of ``origin``."""
        self.ensure_one()
        return {
            "name": self.name,
            "move_id": self.move_id.id,
            "move_line_id": self.id,
            "origin_id": origin.id,
            "company_id": self.company_id.id,
            "location_id": self.move_id.gym_location_id.id,
            "partner_id": self.partner_id.id,
            "deferred_account_id": self.account_id.id,
            "income_account_id": income_account.id,
            "date": self.date,
            "date_start": self.gym_date_start or origin.date_start,
            "date_end": self.gym_date_end or origin.date_end,
            "amount": -self.balance,
        }
