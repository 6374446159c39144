from odoo import models


class GymDue(models.Model):
    _inherit = "gym.due"

    def _bill(self):
        moves = super()._bill()
        moves._use_credit()
        return moves
