from odoo import api, models
from odoo.exceptions import AccessError

from odoo.addons.vigor_guard.domain.numbers import read_id

# Whose records are seen by branch, company or person; every model of ours besides
GUARDED = {"res.partner", "res.users", "account.move", "account.payment", "payment.token", "payment.transaction"}
OWN = "gym."


class GymRelationGuard(models.AbstractModel):
    """What the user may not see can be put into no relation of a record, and so not be read back through one.

    Odoo checks the record that is written, not those that it points to, and shows the name of what a many2one points to
    to everybody. Models and dialogs that staff may write inherit this; code that has decided by itself runs in sudo.
    """

    _name = "gym.relation.guard"
    _description = "Guard of Relations"

    @api.model_create_multi
    def create(self, vals_list):
        self._check_relations(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._check_relations([vals])
        return super().write(vals)

    def onchange(self, values, field_names, fields_spec):
        """Answer a form only about what its user may see."""
        self._check_relations([values])
        return super().onchange(values, field_names, fields_spec)

    @api.model
    def _check_relations(self, vals_list):
        """Refuse values that point to what the current user may not read.

        :raise AccessError: naming the field, never the record
        """
        if self.env.su:
            return
        wanted = {}
        for vals in vals_list:
            for name, value in vals.items():
                field = self._fields.get(name)
                if field and value and _is_guarded(field):
                    wanted.setdefault(name, set()).update(_ids_in(value))
        for name, ids in wanted.items():
            pointed_to = self.env[self._fields[name].comodel_name].with_context(active_test=False).browse(ids)
            if ids and not self._may_point_to(pointed_to):
                raise refusal(self.env, self._fields[name])

    @api.model
    def _may_point_to(self, records):
        return len(records.exists()._filtered_access("read")) == len(records)


def is_ours(model_name):
    """Tell whether a model is one of ours."""
    return model_name.startswith(OWN)


def refusal(env, field):
    """Return the error that ``field`` names what the user may not see; it never names the record."""
    return AccessError(
        env._(
            "“%(field)s” names a record that you may not see. Choose one from the list, or ask the branch that it "
            "belongs to.",
            field=field.get_description(env, ["string"])["string"],
        )
    )


def _is_guarded(field):
    return field.relational and (field.comodel_name in GUARDED or is_ours(field.comodel_name))


def _ids_in(value):
    """Return the ids of existing records that a value of a relational field names.

    Forms send a many2one as an id or as a dict with one, an x2many as commands; a call may send an id as text.
    """
    if isinstance(value, models.BaseModel):
        return set(value.ids)
    if isinstance(value, dict):
        value = value.get("id")
    if isinstance(value, (int, str, float)):
        return _as_ids([value])
    if not isinstance(value, (list, tuple)):
        return set()
    found = set()
    for command in value:
        if isinstance(command, (int, str, float)):
            found |= _as_ids([command])
        elif isinstance(command, (list, tuple)) and command:
            code, *rest = command
            if code in (1, 4) and rest:
                found |= _as_ids(rest[:1])
            elif code == 6 and len(rest) > 1:
                found |= _as_ids(rest[1] or ())
    return found


def _as_ids(values):
    """Return the ids among ``values``; names that Odoo gives to records that are not there yet are none."""
    ids = {value if isinstance(value, int) else read_id(str(value).strip().removesuffix(".0")) for value in values}
    return ids - {0}
