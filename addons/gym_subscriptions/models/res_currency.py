from odoo import models

from .money import to_float


class ResCurrency(models.Model):
    """What Odoo does with amounts takes a ``Decimal`` too."""

    _inherit = "res.currency"

    def format(self, amount):
        """Return ``amount`` as people read it."""
        return super().format(to_float(amount))

    def round(self, amount):
        """Return ``amount``, a float, in whole cents."""
        return super().round(to_float(amount))

    def is_zero(self, amount):
        """Tell whether ``amount`` is less than half a cent."""
        return super().is_zero(to_float(amount))

    def compare_amounts(self, amount1, amount2):
        """Return -1, 0 or 1: how two amounts compare in whole cents."""
        return super().compare_amounts(to_float(amount1), to_float(amount2))
