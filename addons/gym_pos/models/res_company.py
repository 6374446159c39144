from odoo import fields, models

CODES = ("CAJA", "CAJA1", "CAJA2", "CAJA3")


class ResCompany(models.Model):
    _inherit = "res.company"

    gym_pos_journal_id = fields.Many2one(
        "account.journal",
        string="Journal of Dues at the Till",
        readonly=True,
        ondelete="restrict",
        help="Payments of dues that a point of sale takes. Its account clears with the entry of each session: what "
        "the till collected, the invoices received.",
    )

    def _ensure_gym_pos_journal(self):
        """Return, in sudo, the journal of the dues that tills collect, made with its clearing account when first asked
        for."""
        self.ensure_one()
        company = self.sudo()
        if not company.gym_pos_journal_id:
            self.env["res.company"]._with_locked_records(company)
            company.invalidate_recordset(["gym_pos_journal_id"])
        if not company.gym_pos_journal_id:
            company.gym_pos_journal_id = company._create_gym_pos_journal()
        return company.gym_pos_journal_id

    def _create_gym_pos_journal(self):
        journals = self.env["account.journal"].sudo().with_company(self)
        taken = journals.search([("company_id", "=", self.id), ("code", "in", CODES)]).mapped("code")
        return journals.create(
            {
                "name": self.env._("Dues at the Till"),
                "code": next(code for code in CODES if code not in taken),
                "type": "bank",
                "company_id": self.id,
                "default_account_id": self._create_gym_pos_account().id,
                "show_on_dashboard": False,
            }
        )

    def _create_gym_pos_account(self):
        accounts = self.env["account.account"].sudo().with_company(self)
        return accounts.create(
            {
                "name": self.env._("Dues collected at the till"),
                "code": accounts._search_new_account_code(self.transfer_account_id.code or "102000"),
                "account_type": "asset_current",
                "reconcile": True,
                "company_ids": self.ids,
            }
        )
