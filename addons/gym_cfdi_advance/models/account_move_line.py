from odoo import fields, models

from .gym_cfdi_advance_use import APPLICATION


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _prepare_cfdi_application(self, price):
        """Return the values of the line that applies this one, of an advance, at another unit price."""
        self.ensure_one()
        return {
            "product_id": self.product_id.id,
            "name": APPLICATION,
            "account_id": self.account_id.id,
            "quantity": self.quantity,
            "price_unit": price,
            "discount": self.discount,
            "tax_ids": [fields.Command.set(self.tax_ids.ids)],
        }
