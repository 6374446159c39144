from odoo import api, models
from odoo.exceptions import UserError


class ProductTemplate(models.Model):
    _inherit = "product.template"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_gym_dues(self):
        dues = self.env.ref("gym_pos.product_dues", raise_if_not_found=False)
        if dues and dues.product_tmpl_id in self:
            raise UserError(self.env._("Tills collect dues with the product “%(name)s”. Keep it.", name=dues.name))
