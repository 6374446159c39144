from odoo import api, models
from odoo.exceptions import AccessError

from .gated import without_defaults


class GymByHand(models.AbstractModel):
    """A record of which people write a few fields, and whose others follow from its buttons and jobs, in sudo."""

    _name = "gym.by.hand"
    _description = "Mostly Changed by Buttons"

    def _get_by_hand_fields(self):
        """Return the names of the fields that people may write on all of these records; of none: on new ones."""
        raise NotImplementedError

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            self = without_defaults(self, self._fields.keys() - self._get_by_hand_fields())
            for vals in vals_list:
                self._check_by_hand(vals)
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self._check_by_hand(vals)
        return super().write(vals)

    def _check_by_hand(self, vals):
        """Refuse values that only the buttons write, of whichever addon of ours; Odoo's own fields are not touched.

        :raise AccessError: naming the fields
        """
        own = {name for name, field in self._fields.items() if any(one.startswith("gym_") for one in field._modules)}
        if names := (vals.keys() & own) - self._get_by_hand_fields():
            labels = ", ".join(self._fields[name]._description_string(self.env) for name in sorted(names))
            raise AccessError(
                self.env._("These change through the buttons of the record, never by hand: %(fields)s.", fields=labels)
            )
