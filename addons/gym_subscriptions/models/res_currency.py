from odoo import models

from .money import to_float


class ResCurrency(models.Model):
    _inherit = "res.currency"

    def format(self, amount):
        """Return ``amount`` as people read it; a ``Decimal`` too."""
        return super().format(to_float(amount))
