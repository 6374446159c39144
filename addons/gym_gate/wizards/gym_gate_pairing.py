from odoo import api, fields, models


class GymGatePairing(models.TransientModel):
    """A code, shown once, with which a program becomes a gate."""

    _name = "gym.gate.pairing"
    _description = "Pairing of a Gate"

    gate_id = fields.Many2one("gym.gate", readonly=True)
    code = fields.Char(readonly=True)
    command = fields.Char(readonly=True)

    @api.model
    def _show(self, gate, code):
        """Return the action of a dialog that shows the code and what to type at the branch."""
        url = self.env["ir.config_parameter"].sudo().get_param("web.base.url")
        command = f"python3 gate.pyz pair {url} {code}"
        dialog = self.sudo().create({"gate_id": gate.id, "code": f"{code[:4]}-{code[4:]}", "command": command})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Pair a Gate"),
            "res_model": self._name,
            "res_id": dialog.id,
            "view_mode": "form",
            "target": "new",
        }
