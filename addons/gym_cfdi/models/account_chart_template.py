from odoo import models


class AccountChartTemplate(models.AbstractModel):
    _inherit = "account.chart.template"

    def _post_load_data(self, template_code, company, template_data):
        """Give income taxed at the general rate that rate, for lines of invoices without a product."""
        result = super()._post_load_data(template_code, company, template_data)
        (company or self.env.company)._set_cfdi_income_taxes()
        return result
