from odoo import models

from ..domain.numbers import as_record_id


class Base(models.AbstractModel):
    """An id in a new record is a number: Odoo stores one that is text or a fraction too, and no check of it sees it."""

    _inherit = "base"

    def _add_missing_default_values(self, values):
        """Override: "477" and 477.0 are 477 for rules and constraints, as they are for PostgreSQL.

        :raise ValueError: for what is no id
        """
        values = super()._add_missing_default_values(values)
        odd = [name for name, value in values.items() if type(value) in (str, float) and self._is_many2one(name)]
        return values | {name: as_record_id(values[name]) for name in odd} if odd else values

    def _is_many2one(self, name):
        return name in self._fields and self._fields[name].type == "many2one"
