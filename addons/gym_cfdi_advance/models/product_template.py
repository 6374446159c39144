from odoo import fields, models

# Of the Mexican chart: 206.01.01 Anticipo de cliente nacional
_ADVANCES = "cuenta206_01"


class ProductTemplate(models.Model):
    _inherit = "product.template"

    is_cfdi_advance = fields.Boolean(
        "Advance of a Customer",
        help="Money received before it is known what is sold for it. Its invoice is stated as the SAT's guide wants "
        "advances (key 84111506, unit ACT), and can be applied to later invoices.",
    )

    def _get_product_accounts(self):
        """Post advances to the chart's account of advances of customers unless the product has one of its own."""
        accounts = super()._get_product_accounts()
        if self.is_cfdi_advance and not self.property_account_income_id:
            chart = self.env["account.chart.template"].with_company(self.company_id or self.env.company)
            accounts["income"] = chart.ref(_ADVANCES, raise_if_not_found=False) or accounts["income"]
        return accounts
