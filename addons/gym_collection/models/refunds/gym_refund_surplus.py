from odoo import fields, models
from odoo.exceptions import UserError


class GymRefund(models.Model):
    """Money that came in although nothing was owed: somebody decides whether it goes back or stays as credit."""

    _inherit = "gym.refund"

    state = fields.Selection(
        selection_add=[("offered", "To Decide"), ("planned",), ("kept", "Kept as Credit")],
        ondelete={"offered": "cascade", "kept": "cascade"},
    )
    activity_id = fields.Many2one("mail.activity", readonly=True, ondelete="set null", index="btree_not_null")

    def _offer(self, transaction, payment):
        """Offer what is left of ``payment`` for dues for giving back, and ask a manager of the branch to decide.

        A voucher is paid after the member left, or a charge that had failed succeeds after another one paid. The money
        is the payer's credit until then, and pays the next invoice if one comes first.

        :return: the ``gym.refund``, empty when nothing is left
        """
        left = payment.move_id._get_gym_surplus()
        if left <= 0:
            return self.browse()
        refund = self.create(
            {
                "move_id": payment.move_id.id,
                "source_transaction_id": transaction.id,
                "amount": left,
                "how": "card",
                "state": "offered",
            }
        )
        refund.activity_id = refund._ask_to_decide()
        return refund

    def _ask_to_decide(self):
        """Plan the activity of the manager, on what was paid for."""
        subscription = self._get_paid_moves()._get_gym_subscriptions()[:1]
        place = subscription or self._get_paid_moves()[:1]
        return place.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._(
                "%(amount)s of %(payer)s came in and nothing was owed: decide at Subscriptions / Refunds",
                amount=self.currency_id.format(self.amount),
                payer=self.partner_id.name,
            ),
            user_id=self.env["gym.chargeback"]._get_keeper(self.location_id).id,
        )

    def action_give_back(self):
        """Give back what is left of the money: to the card it came from, or at the desk where that cannot be."""
        self._check_may_refund()
        self.check_access("read")
        for refund in self.sudo():
            refund._check_offered()
            left = refund.move_id._get_gym_surplus()
            if left <= 0:
                raise UserError(
                    self.env._("%(refund)s has paid other invoices meanwhile: keep it.", refund=refund.display_name)
                )
            is_card = refund.source_transaction_id._get_refundable_part(left) == left
            way = {"how": "card", "state": "planned"} if is_card else {"how": "desk", "state": "to_pay"}
            refund.write(way | {"amount": left})
            refund.activity_id.unlink()
            refund._enqueue()

    def action_keep(self):
        """Leave the money as the payer's credit for the next invoices."""
        self._check_may_refund()
        self.check_access("read")
        for refund in self.sudo():
            refund._check_offered()
            refund.state = "kept"
            refund.activity_id.unlink()

    def _settle_surplus(self, payment):
        """Match ``payment``, which gave money back, with the payment that it came from; credit notes match by core."""
        for refund in self.filtered(lambda one: one.move_id.move_type == "entry"):
            (refund.move_id | payment.move_id)._get_gym_open_receivables().reconcile()

    def _check_offered(self):
        """Take the turn of this refund.

        :raise UserError: when somebody has decided before
        """
        self.lock_for_update()
        self.invalidate_recordset()
        if self.state != "offered":
            raise UserError(self.env._("Somebody has decided about %(refund)s before.", refund=self.display_name))
