from odoo import api, fields, models

from ..domain import codes


class GymCodeHolder(models.AbstractModel):
    """What a random code stands for; the code itself is shown once and kept nowhere."""

    _name = "gym.code.holder"
    _description = "Holder of a Code"

    code_hash = fields.Char(readonly=True, copy=False, groups="base.group_system", index="btree_not_null")
    code_hint = fields.Char(string="Code Ends In", readonly=True, copy=False)

    def _get_code_prefix(self):
        """Return the first two digits of these codes, of :data:`..domain.codes.PREFIXES`."""
        raise NotImplementedError

    def _make_code(self):
        """Give this record a new code and return it; the one before opens nothing from now on."""
        self.ensure_one()
        code = codes.new_code(self._get_code_prefix())
        self.sudo().write({"code_hash": codes.fingerprint(code), "code_hint": code[-4:]})
        return code

    @api.model
    def _find_by_code(self, code):
        """Return, in sudo, the record of a code of :func:`..domain.codes.read_code`; empty when there is none."""
        return self.sudo().search([("code_hash", "=", codes.fingerprint(code))], limit=1)

    def action_new_code(self):
        """Give this record a new code and show it, once."""
        self.ensure_one()
        self.check_access("write")
        wizard = self.env["gym.access.code"]._show(self, self._make_code())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Code"),
            "res_model": "gym.access.code",
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }
