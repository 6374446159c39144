from odoo import models


class AccountChartTemplate(models.AbstractModel):
    _inherit = "account.chart.template"

    def _post_load_data(self, template_code, company, template_data):
        """Give a company the account of dues that are not earned yet as soon as it has a chart."""
        result = super()._post_load_data(template_code, company, template_data)
        (company or self.env.company)._ensure_gym_deferral()
        return result
