from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command

# Context: the civil day on which what was paid is undone, for what Odoo books of it by itself
UNDONE_ON = "gym_undone_on"


class GymChargeback(models.Model):
    """What a chargeback does in the books.

    The payment stays as it was, since the bank did receive it. An entry in the provider's journal takes its amount out
    of the account in which receipts wait for the bank's statement, against the payer's receivable; the payment settles
    that entry instead of the invoices, which are open again (and their IVA on cash basis with them). What the bank left
    of a payment goes to the oldest of them. All of it is booked on the day of the chargeback: the IVA of a month that
    was declared stays as it was, and is restored in the month in which the money went back (LIVA art. 7).
    """

    _inherit = "gym.chargeback"

    def _take_money(self, fee_account_id=False):
        """Book that the bank took the money, and its fee when it is known where to book it.

        :raise UserError: when the payment has no entry in the books
        """
        self.ensure_one()
        payment = self.transaction_id.payment_id
        paid = payment.move_id.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")
        if not paid:
            raise UserError(
                self.env._(
                    "%(payment)s has no entry in the books. Give the provider's payment method an outstanding account.",
                    payment=payment.display_name or self.transaction_id.reference,
                )
            )
        self.taken_move_id = self._post_entry(
            self.env._("Chargeback %(name)s", name=self.display_name), paid.account_id, 1
        )
        paid = paid.with_context(**{UNDONE_ON: self.taken_move_id.date})
        paid.remove_move_reconcile()
        taken = self._get_receivable(self.taken_move_id)
        (paid + taken).reconcile()
        self._match(paid + self._get_receivable(self.invoice_ids))
        if self.fee_amount and fee_account_id:
            account = self.env["account.account"].browse(fee_account_id)
            name = self.env._("Fee of chargeback %(name)s", name=self.display_name)
            self.fee_move_id = self._post_entry(name, account, 1, self.fee_amount)

    def _return_money(self):
        """Book that the bank gave the money back; it pays the invoice as far as that is still open.

        What was never booked as taken does not come back.
        """
        self.ensure_one()
        if not self.taken_move_id:
            return
        account = self._get_receivable(self.taken_move_id).account_id
        name = self.env._("Chargeback won %(name)s", name=self.display_name)
        self.returned_move_id = self._post_entry(name, account, -1)
        self._match(self._get_receivable(self.returned_move_id) + self._get_receivable(self.invoice_ids))

    def _get_receivable(self, move):
        return move.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")

    def _match(self, lines):
        lines = lines.filtered(lambda line: line.parent_state == "posted" and not line.reconciled)
        if len(lines.move_id) > 1:
            lines.reconcile()

    def _post_entry(self, name, account, sign, amount=None):
        """Post an entry between ``account`` and what waits for the bank; ``sign`` 1 takes from the bank."""
        payment = self.transaction_id.payment_id
        amount = self.amount if amount is None else amount
        shared = {"name": name, "partner_id": self.partner_id.id, "currency_id": self.currency_id.id}
        balance = self.currency_id._convert(amount, self.company_id.currency_id, self.company_id, self.date)
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": payment.journal_id.id,
                "company_id": self.company_id.id,
                "date": self.location_id._today(),
                "ref": name,
                "line_ids": [
                    Command.create(
                        shared | {"account_id": account.id, "balance": sign * balance, "amount_currency": sign * amount}
                    ),
                    Command.create(
                        shared
                        | {
                            "account_id": payment.outstanding_account_id.id,
                            "balance": -sign * balance,
                            "amount_currency": -sign * amount,
                        }
                    ),
                ],
            }
        )
        move.action_post()
        return move
