"""SAT keys of what is sold: the product's own, else its category's or a parent's, else the company's."""

from odoo import fields, models


class ProductCategory(models.Model):
    _name = "product.category"
    _inherit = "product.category"

    cfdi_product_key_id = fields.Many2one(
        "gym.cfdi.product.key", "SAT Product Key", help="For the products of this category that have none of their own."
    )

    def _get_cfdi_product_key(self):
        """Return the key of the category or of the nearest parent that has one."""
        category = self
        while category and not category.cfdi_product_key_id:
            category = category.parent_id
        return category.cfdi_product_key_id


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = "product.template"

    cfdi_product_key_id = fields.Many2one(
        "gym.cfdi.product.key",
        "SAT Product Key",
        help="ClaveProdServ in CFDI. Gyms commonly use 91101501 for memberships. When empty, the category's or the "
        "company's is used.",
    )

    def _get_cfdi_product_key(self, company):
        """Return the key with which ``company`` invoices this product: its own, the category's, the company's."""
        return (
            self.cfdi_product_key_id
            or self.categ_id._get_cfdi_product_key()
            or company.sudo().cfdi_default_product_key_id
        )
