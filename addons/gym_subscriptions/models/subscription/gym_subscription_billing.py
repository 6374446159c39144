from odoo import models


class GymSubscription(models.Model):
    """Puts what is pending on an invoice at once, for verbs that a person waits for; the run bills the rest."""

    _inherit = "gym.subscription"

    def _bill_pending(self):
        """Invoice the pending charges of these subscriptions now: one invoice for each payer and branch.

        Charges and credits share an invoice. What is left to the payer's favour becomes a credit note, tied to the
        invoice it gives back and settled against it when that one is still open.

        :return: the posted moves
        """
        lines = self.sudo().charge_line_ids.filtered(lambda line: line.state == "pending")
        groups = lines.grouped(lambda line: (line.partner_id, line.location_id, line.reversed_move_id))
        vals_list = [group._prepare_move_vals() for group in groups.values()]
        moves = self.env["account.move"].sudo().create(vals_list)
        for move, group in zip(moves, groups.values(), strict=True):
            group._mark_billed(move)
        moves._post(soft=False)
        for move in moves.filtered("reversed_entry_id"):
            move._settle_with_reversed()
        return moves
