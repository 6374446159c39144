from odoo import models

from odoo.addons.gym_subscriptions.models.money import add_up, to_decimal

from .gym_refund import OPEN_STATES


class AccountMove(models.Model):
    _inherit = "account.move"

    def _give_money_back(self):
        """Override of `gym_subscriptions`: to the cards that it came from, the rest at the desk."""
        self._plan_refunds()
        return super()._give_money_back()

    def _plan_refunds(self):
        """Plan how what these credit notes still owe the payer goes back: to the cards, the rest at the desk.

        What is on its way already is not planned again.

        :return: the ``gym.refund`` planned now
        """
        refunds = self.env["gym.refund"].sudo()
        for move in self.sudo().filtered(lambda move: move.move_type == "out_refund" and move.state == "posted"):
            move.lock_for_update()
            under_way = move.gym_refund_ids.filtered(lambda refund: refund.state in OPEN_STATES)
            left = to_decimal(move.amount_residual) - add_up(under_way.mapped("amount"))
            vals_list = []
            for transaction in move.reversed_entry_id.transaction_ids.sorted("id", reverse=True):
                part = transaction._get_refundable_part(left)
                if part:
                    left -= part
                    vals_list.append(
                        {"how": "card", "state": "planned", "amount": part, "source_transaction_id": transaction.id}
                    )
            if left > 0:
                vals_list.append({"how": "desk", "state": "to_pay", "amount": left})
            refunds |= refunds.create([vals | {"move_id": move.id} for vals in vals_list])
        refunds._enqueue()
        return refunds

    def _receive_payments_under_way(self):
        """Override of `gym_subscriptions`: what providers confirmed and no cron has posted yet."""
        received = self.sudo().transaction_ids.filtered(
            lambda transaction: transaction.state == "done" and not transaction.is_post_processed
        )
        received._post_process()
        return super()._receive_payments_under_way()
