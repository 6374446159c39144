from odoo import models
from odoo.fields import Command


class GymSubscription(models.Model):
    _inherit = "gym.subscription"

    def action_refund(self):
        """Show what has been paid and can be given back."""
        self.env["gym.refund"]._check_may_refund()
        action = self._open_wizard("gym.refund.dialog", self.env._("Give Money Back"))
        moves = self._get_moves().filtered(lambda move: move.move_type == "out_invoice" and move.state == "posted")
        lines = [
            Command.create(
                {"move_id": move.id, "name": f"{move.name} · {move.currency_id.format(amount)}", "amount": amount}
            )
            for move in moves.sorted("invoice_date", reverse=True)
            if (amount := move._get_refundable_amount(self)) > 0
        ]
        dialog = self.env["gym.refund.dialog"].sudo().create({"subscription_id": self.id, "line_ids": lines})
        return action | {"res_id": dialog.id, "context": {}}
