from odoo import api, fields, models
from odoo.exceptions import UserError


class GymJournalChoice(models.AbstractModel):
    """Lets people without accounting rights choose a cash box or bank account by its name."""

    _name = "gym.journal.choice"
    _description = "Choice of a Cash Box or Bank Account"

    journal = fields.Selection(selection="_get_journal_selection", string="Cash Box or Bank Account")

    @api.model
    def _get_journals(self):
        return (
            self.env["account.journal"]
            .sudo()
            .search([("type", "in", ("cash", "bank")), ("company_id", "in", self.env.companies.ids)])
        )

    @api.model
    def _get_journal_selection(self):
        several = len(self.env.companies) > 1
        return [
            (str(journal.id), f"{journal.name} · {journal.company_id.name}" if several else journal.name)
            for journal in self._get_journals()
        ]

    def _get_journal(self, company):
        """Return the chosen journal, in sudo.

        :raise UserError: when none of ``company`` is chosen
        """
        self.ensure_one()
        journal = self._get_journals().filtered(lambda one: str(one.id) == self.journal)
        if not journal or journal.company_id != company:
            raise UserError(self.env._("Choose a cash box or bank account of %(company)s.", company=company.name))
        return journal
