from odoo import fields, models
from odoo.exceptions import UserError

SPANISH = "es_MX"


class ResCompany(models.Model):
    _inherit = "res.company"

    gym_start_left = fields.Json(
        string="Steps Left for Later", copy=False, help="Of the start page: the keys of the steps."
    )

    # === STEPS LEFT FOR LATER === #

    def _leave_gym_start(self, *keys):
        """Leave these steps of the start page for later; without keys, all that are not done."""
        for company in self.sudo():
            steps = self.env["gym.start"].sudo().with_company(company)._get_steps()
            left = set(keys) or {step["key"] for step in steps if not step["is_done"]}
            company.gym_start_left = sorted(left.union(company.gym_start_left or ()))

    def _take_up_gym_start(self, key):
        """Have a step wait again that was left for later."""
        for company in self.sudo():
            company.gym_start_left = [one for one in company.gym_start_left or () if one != key]

    # === WHAT A MEXICAN GYM NEEDS === #

    def _is_gym_ready(self):
        """Tell whether this company can bill dues: Mexican, with its RFC, postal code, chart of accounts and IVA."""
        self.ensure_one()
        company = self.sudo()
        return bool(
            company.country_id.code == "MX"
            and company.vat
            and company.zip
            and company.root_id.chart_template == "mx"
            and company.gym_tax_general_id
        )

    def _become_mexican_gym(self):
        """Give this company what follows from being Mexican: chart of accounts, IVA, currency, language, hours.

        Access is the caller's duty.

        :raise UserError: when the books have entries in another chart
        """
        self.ensure_one()
        company = self.sudo()
        company.root_id._load_gym_chart()
        company._ensure_gym_taxes()
        company._create_gym_sequences()
        company.resource_calendar_id.tz = company._get_time_zone()
        company._speak_spanish()

    def _load_gym_chart(self):
        """Load the Mexican chart of accounts, unless it is there.

        :raise UserError: when there are entries by another chart already
        """
        if self.chart_template == "mx":
            return
        if self._existing_accounting():
            raise UserError(
                self.env._(
                    "%(company)s has entries in another chart of accounts, so the Mexican one cannot be loaded. Make a "
                    "new company for the gym, or ask your accountant.",
                    company=self.name,
                )
            )
        self.env["account.chart.template"].sudo().try_loading("mx", self, install_demo=False)

    def _speak_spanish(self):
        """Make Mexican Spanish the language of the current user, of new contacts and of the company's websites."""
        spanish = self.env["res.lang"].sudo()._activate_lang(SPANISH)
        if not spanish:
            return
        self.env["ir.default"].sudo().set("res.partner", "lang", SPANISH, company_id=self.id)
        self.env.user.sudo().lang = SPANISH
        self.partner_id.lang = SPANISH
        for website in self.env["website"].sudo().search([("company_id", "=", self.id)]):
            website.language_ids |= spanish
            website.default_lang_id = spanish
