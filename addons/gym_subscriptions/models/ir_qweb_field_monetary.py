from decimal import Decimal

from odoo import api, models

from .money import to_float


class IrQwebFieldMonetary(models.AbstractModel):
    _inherit = "ir.qweb.field.monetary"

    @api.model
    def value_to_html(self, value, options):
        """Return ``value`` as templates show it; a ``Decimal`` too."""
        return super().value_to_html(to_float(value) if isinstance(value, Decimal) else value, options)
