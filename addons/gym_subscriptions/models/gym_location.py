from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.gym_members.domain import iva


class GymLocation(models.Model):
    _inherit = "gym.location"

    gym_journal_id = fields.Many2one(
        "account.journal",
        string="Invoice Journal",
        domain="[('type', '=', 'sale'), ('company_id', 'parent_of', company_id)]",
        check_company=True,
        ondelete="restrict",
        help="Where the dues of this branch are invoiced; empty: the company's first sales journal. Branches with a "
        "journal each are billed side by side.",
    )

    def _get_gym_journal(self):
        """Return the journal in which this branch's dues are invoiced.

        :raise UserError: when the company has no sales journal
        """
        self.ensure_one()
        location_sudo = self.sudo()
        journals = location_sudo.env["account.journal"]
        journal = location_sudo.gym_journal_id or journals.search(
            [*journals._check_company_domain(location_sudo.company_id), ("type", "=", "sale")], limit=1
        )
        if not journal:
            raise UserError(
                self.env._(
                    "%(company)s has no sales journal. Install its chart of accounts first.",
                    company=location_sudo.company_id.name,
                )
            )
        return journal

    def action_give_series(self):
        """Give each of these branches a sales journal of its own, whose invoices are numbered by its short name.

        :raise UserError: when the short name is missing, has other characters than letters, or names a journal already
        """
        self.check_access("write")
        for location in self.filtered(lambda one: not one.gym_journal_id):
            location._check_series_code()
            location.gym_journal_id = self.env["account.journal"].sudo().create(location._prepare_series_journal())

    def _check_series_code(self):
        code, journals = (self.code or "").upper(), self.env["account.journal"].sudo()
        if not (code.isascii() and code.isalpha() and len(code) <= 5):
            raise UserError(
                self.env._(
                    "Give %(branch)s a short name of up to five letters first, for example ROMA: its invoices will be "
                    "ROMA-1, ROMA-2 and so on.",
                    branch=self.name,
                )
            )
        taken = [*journals._check_company_domain(self.company_id), ("code", "=", code)]
        if journal := journals.with_context(active_test=False).search(taken, limit=1):
            raise UserError(
                self.env._(
                    "%(code)s is the short name of the journal %(journal)s already. Choose that journal here, or give "
                    "%(branch)s another short name.",
                    code=code,
                    journal=journal.name,
                    branch=self.name,
                )
            )

    def _prepare_series_journal(self):
        usual = self._get_gym_journal()
        return {
            "name": self.env._("Invoices of %(branch)s", branch=self.name),
            "code": self.code.upper(),
            "type": "sale",
            "company_id": self.company_id.id,
            "default_account_id": usual.default_account_id.id,
            "refund_sequence": True,
            "is_gym_series": True,
        }

    def _get_gym_taxes(self, day, plan=None):
        """Return the taxes, included in the price, of what this branch bills for ``day``.

        :param plan: ``gym.plan`` whose own taxes win over the branch's IVA
        :raise UserError: when the company has no such tax
        """
        self.ensure_one()
        if plan and plan.tax_ids:
            return plan.tax_ids
        company = self.company_id.sudo()
        is_general = self._get_iva_zone(day) == iva.GENERAL
        tax = company.gym_tax_general_id if is_general else company.gym_tax_border_id
        if not tax:
            raise UserError(
                self.env._(
                    "%(company)s has no IVA included in prices to bill the dues of %(branch)s. Choose it on the "
                    "company's form, page Dues.",
                    company=company.name,
                    branch=self.name,
                )
            )
        return tax

    def _turn_gym_day(self):
        """Begin and end what is due here on the civil day of this branch."""
        self.env["gym.subscription"]._turn_day(self)
