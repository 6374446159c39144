from odoo import api, models

from ..services import program


class GymGateProgram(models.AbstractModel):
    """The program that runs at the branch, one file made of the sources of this server."""

    _name = "gym.gate.program"
    _description = "Program of Gates"

    @api.model
    def _get_file(self):
        """Return the bytes of ``gate.pyz``, the same for the same sources."""
        return program.build()

    @api.model
    def _get_version(self):
        return program.get_version()
