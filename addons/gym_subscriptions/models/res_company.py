from odoo import api, fields, models
from odoo.fields import Domain

IVA_GENERAL_PERCENT = 16  # LIVA art. 1
IVA_BORDER_PERCENT = 8  # stimulus of the northern and southern border regions


class ResCompany(models.Model):
    _inherit = "res.company"

    gym_tax_general_id = fields.Many2one(
        "account.tax",
        string="IVA of Dues",
        domain="[('type_tax_use', '=', 'sale'), ('company_id', 'parent_of', id), ('price_include', '=', True)]",
        check_company=True,
        help="The general rate, included in the price: a gym shows total prices (LFPC art. 7 Bis).",
    )
    gym_tax_border_id = fields.Many2one(
        "account.tax",
        string="IVA of Dues at the Border",
        domain="[('type_tax_use', '=', 'sale'), ('company_id', 'parent_of', id), ('price_include', '=', True)]",
        check_company=True,
        help="For branches in a border zone, on the days that their zone says.",
    )

    gym_start_days_back = fields.Integer(
        string="Begins at Most Days Back",
        default=31,
        help="How many days before today the front desk may let a subscription begin; branch managers up to a year.",
    )
    gym_start_days_ahead = fields.Integer(
        string="Begins at Most Days Ahead",
        default=90,
        help="How many days after today the front desk may let a subscription begin; branch managers up to a year.",
    )

    gym_billing_chunk_size = fields.Integer(
        string="Subscriptions per Chunk",
        default=400,
        required=True,
        help="How many subscriptions of a billing run are billed in one transaction.",
    )
    gym_billing_catch_up = fields.Integer(
        string="Periods Billed at Once",
        default=3,
        required=True,
        help="When billing was late, how many periods of a subscription one run may bill; the rest waits for a person.",
    )

    _gym_start_days_not_negative = models.Constraint(
        "CHECK (gym_start_days_back >= 0 AND gym_start_days_ahead >= 0)", "A number of days cannot be negative."
    )
    _gym_billing_chunk_size_positive = models.Constraint(
        "CHECK (gym_billing_chunk_size > 0)", "A chunk has at least one subscription."
    )
    _gym_billing_catch_up_positive = models.Constraint(
        "CHECK (gym_billing_catch_up > 0)", "A run bills at least one period."
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._ensure_gym_taxes()
        return companies

    def _create_gym_sequences(self):
        result = super()._create_gym_sequences()
        for company in self:
            company._ensure_gym_subscription_sequence()
            company._ensure_gym_cancel_sequence()
        return result

    def _ensure_gym_subscription_sequence(self):
        """Return the sequence that numbers this company's subscriptions, made when it is missing."""
        self.ensure_one()
        name = self.env._("Gym subscriptions of %(company)s", company=self.name)
        return self._ensure_gym_sequence("gym.subscription", name, prefix="S")

    def _ensure_gym_cancel_sequence(self):
        """Return the sequence that gives this company's cancellations their folio, made when it is missing."""
        self.ensure_one()
        name = self.env._("Cancellations of %(company)s", company=self.name)
        return self._ensure_gym_sequence("gym.subscription.cancel", name, prefix="BAJA/%(year)s/", padding=5)

    def _ensure_gym_taxes(self):
        """Give each company with the Mexican chart the IVA of its dues, with the tax included in the price.

        Prices that include IVA cannot be built from a tax on top: of every 116 totals in cents, 16 can never be reached
        that way. So the chart's own tax is copied as an included one. What is set already stays.
        """
        for company in self.filtered(lambda company: company.sudo().root_id.chart_template == "mx"):
            for name, percent in (
                ("gym_tax_general_id", IVA_GENERAL_PERCENT),
                ("gym_tax_border_id", IVA_BORDER_PERCENT),
            ):
                if not company[name]:
                    company.sudo()[name] = company._ensure_included_tax(percent)

    def _ensure_included_tax(self, percent):
        """Return the company's sale tax of ``percent`` included in prices, made from the excluded one if needed."""
        self.ensure_one()
        taxes = self.env["account.tax"].sudo().with_company(self)
        candidates = taxes.search(
            Domain("company_id", "parent_of", self.id)
            & Domain("type_tax_use", "=", "sale")
            & Domain("amount_type", "=", "percent")
            & Domain("amount", "=", percent)
            & Domain("l10n_mx_tax_type", "=", "iva")  # the chart has IEPS of 8 % too
        )
        included = candidates.filtered(lambda tax: tax.price_include)[:1]
        if included or not candidates:
            return included
        source = candidates[0]
        name = self.env._("%(tax)s (included)", tax=source.name)
        return source.copy({"name": name, "price_include_override": "tax_included"})

    def _get_gym_day(self):
        """Return the latest civil date at any branch of this company."""
        self.ensure_one()
        branches = self.env["gym.location"].sudo().search([("company_id", "=", self.id), ("kind", "=", "branch")])
        return max((branch._today() for branch in branches), default=self._today())

    @api.model
    def _get_gym_service(self, date_start, date_end, billed_on):
        """Hook: return values of the invoice line that bills this service, where other books follow its days.

        :param date date_start: ``None`` for what has no days
        :param date date_end: first day after it
        :param date billed_on: day of the invoice
        """
        return {}

    def _start_gym_billing(self):
        self.env["gym.billing.run"]._start_automatic(self)
