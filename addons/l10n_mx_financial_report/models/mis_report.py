from odoo import models

MONTH = {"mode": "relative", "type": "m"}


class MisReport(models.Model):
    """The statements of the company one works in."""

    _inherit = "mis.report"

    def _open_statement(self):
        """Open this statement of the current company; it is made when it is opened for the first time."""
        self.ensure_one()
        return self._get_statement() and self._get_statement().preview()

    def _get_statement(self):
        """Return the company's own instance of this report, which keeps what its accountant changes in it."""
        instances = self.env["mis.report.instance"]
        mine = [("report_id", "=", self.id), ("company_id", "=", self.env.company.id), ("temporary", "=", False)]
        return instances.search(mine, limit=1) or instances.sudo().create(self._prepare_statement()).sudo(False)

    def _prepare_statement(self):
        is_balance = self == self.env.ref("l10n_mx_financial_report.balance_sheet")
        month = self.env._("End of month") if is_balance else self.env._("Month")
        year = self.env._("End of last month") if is_balance else self.env._("Year to date")
        periods = [
            MONTH | {"name": month, "offset": 0},
            MONTH | {"name": year, "offset": -1 if is_balance else 0, "is_ytd": not is_balance},
            MONTH | {"name": self.env._("A year ago"), "offset": -12},
        ]
        return {
            "name": self.name,
            "report_id": self.id,
            "company_id": self.env.company.id,
            "comparison_mode": True,
            "target_move": "posted",
            "period_ids": [(0, 0, period | {"sequence": number}) for number, period in enumerate(periods)],
        }
