from odoo import models

from .gym_relation_guard import is_ours, refusal

PEOPLE = "res.partner"


class Base(models.AbstractModel):
    """Records of Odoo's own models point to no person whom their writer may not see: an author, a recipient.

    Odoo shows the name of whom a record points to to everybody who reads it. Records of ours are guarded before they
    are written, see ``gym.relation.guard``.
    """

    _inherit = "base"

    def _validate_fields(self, field_names, excluded_names=()):
        """Override: what a call has just stored is checked before anybody can read it back.

        :raise AccessError: naming the field, never the person
        """
        names = list(field_names)
        result = super()._validate_fields(names, excluded_names)
        if not self.env.su and not is_ours(self._name) and self.env.user._is_internal():
            self._check_gym_people(names)
        return result

    def _check_gym_people(self, names):
        for field in (self._fields[name] for name in names if name in self._fields):
            if field.store and field.comodel_name == PEOPLE and field.type in ("many2one", "many2many"):
                people = self.sudo().with_context(active_test=False)[field.name].sudo(False)
                if people - people._filtered_access("read"):
                    raise refusal(self.env, field)
