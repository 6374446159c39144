from odoo import models

LOSSES = ("income", "expense")
# In the SAT's grouping of accounts, by which every Mexican chart is numbered: the allowance for bad debts
ALLOWANCE = "108"


class AccountAccount(models.Model):
    _inherit = "account.account"

    def _is_gym_loss(self, company):
        """Tell whether what is booked here against a debt gives it up: nobody pays into income, costs or allowances.

        :param company: whose books these are; each may number the account in its own way
        """
        self.ensure_one()
        return self.internal_group in LOSSES or (self.with_company(company).code or "").startswith(ALLOWANCE)
