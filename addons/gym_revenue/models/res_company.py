from odoo import api, fields, models

from odoo.addons.gym_subscriptions.domain.periods import Period

from ..domain import deferral

# "Ingresos diferidos" of the Mexican chart (260.01.01).
DEFERRED_ACCOUNT = "cuenta260_01_01"
JOURNAL_CODE = "DIF"


class ResCompany(models.Model):
    _inherit = "res.company"

    gym_deferred_account_id = fields.Many2one(
        "account.account",
        string="Unearned Dues",
        domain="[('account_type', 'in', ('liability_current', 'liability_non_current'))]",
        check_company=True,
        help="Liability for dues that were billed and not earned yet. Without it all dues are income when billed. Use "
        "it for nothing else, so that its balance is what the report of unearned dues says.",
    )
    gym_deferral_journal_id = fields.Many2one(
        "account.journal",
        string="Journal of Earned Dues",
        domain="[('type', '=', 'general')]",
        check_company=True,
        help="Where the income of each month is posted.",
    )
    gym_deferral_scope = fields.Selection(
        [
            (deferral.LONG, "Periods longer than a month, and those paid ahead"),
            (deferral.CROSSING, "All periods that end in a later month"),
        ],
        string="Spread the Income of",
        default=deferral.LONG,
        required=True,
        help="Which dues are income month by month, by days, instead of when they are billed.",
    )
    gym_deferral_problem = fields.Text(
        string="Months Not Closed",
        readonly=True,
        copy=False,
        help="Why the income of the last months could not be posted; empty when all is well.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._ensure_gym_deferral()
        return companies

    def _ensure_gym_deferral(self):
        """Give each company with the Mexican chart its account of unearned dues and a journal; what is set stays."""
        for company in self.sudo().filtered(lambda company: company.root_id.chart_template == "mx"):
            chart = self.env["account.chart.template"].sudo().with_company(company.root_id)
            account = company.gym_deferred_account_id or chart.ref(DEFERRED_ACCOUNT, raise_if_not_found=False)
            if account:
                company.gym_deferred_account_id = account
                company.gym_deferral_journal_id = (
                    company.gym_deferral_journal_id or company._ensure_gym_deferral_journal()
                )

    def _ensure_gym_deferral_journal(self):
        """Return the company's journal of earned dues, made when there is none and named in every language."""
        self.ensure_one()
        journals = self.env["account.journal"].sudo().with_company(self)
        found = journals.search([("company_id", "=", self.id), ("code", "=", JOURNAL_CODE)], limit=1)
        if found:
            return found
        journal = journals.with_context(lang=None).create(
            {
                "name": self.with_context(lang=None).env._("Earned dues"),
                "code": JOURNAL_CODE,
                "type": "general",
                "company_id": self.id,
                "show_on_dashboard": False,
            }
        )
        for code, _name in self.env["res.lang"].get_installed():
            named = journal.with_context(lang=code)
            named.name = named.env._("Earned dues")
        return journal

    # === INVOICE LINES === #

    def _get_gym_service(self, date_start, date_end, billed_on):
        """Override of `gym_subscriptions`: the days of the service, when its income is to be spread."""
        self.ensure_one()
        values = super()._get_gym_service(date_start, date_end, billed_on)
        if not (self.gym_deferred_account_id and date_start):
            return values
        if not deferral.is_deferred(Period(date_start, date_end), billed_on, self.gym_deferral_scope):
            return values
        return values | self._prepare_gym_service(date_start, date_end)

    @api.model
    def _prepare_gym_service(self, date_start, date_end):
        return {"gym_date_start": date_start, "gym_date_end": date_end}

    def _close_gym_months(self):
        """Post what has been earned up to the end of last month; what fails is noted on the company."""
        self.env["gym.deferral"]._close_alone(self, self._get_gym_day())
