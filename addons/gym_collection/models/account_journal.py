from odoo import models
from odoo.exceptions import UserError

from odoo.addons.gym_subscriptions.models.money import to_float


class AccountJournal(models.Model):
    """Money that comes in for dues: the desk, the sign-up and every other till record it here."""

    _inherit = "account.journal"

    def _receive_gym_payment(self, payer, amount, day, moves, reference="", method=None):
        """Record what was received in this cash box or bank account, in the caller's transaction.

        It pays ``moves``, the oldest first, after what credit their payer has already; the rest is kept as credit.
        Anyone who has paid up may enter as soon as the transaction ends.

        :param payer: ``res.partner``
        :param amount: ``Decimal``, or what a field gives; in the company's currency
        :param date day: civil day of the branch on which it was received
        :param moves: the payer's open invoices of dues at this company
        :param str reference: of the transfer or ticket
        :param method: ``account.payment.method.line`` of this journal that says how it was paid (cash, card terminal,
            transfer), and with it the form on the CFDI; the journal's first one by default
        :return: the posted ``account.payment``, in sudo
        :raise UserError: when nothing was received, or an invoice is somebody else's
        """
        self.ensure_one()
        if amount <= 0:
            raise UserError(self.env._("Write how much was received."))
        if moves.partner_id - payer or moves.company_id - self.company_id:
            raise UserError(self.env._("What %(payer)s pays settles nobody else's invoices.", payer=payer.name))
        values = {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": payer.id,
            "amount": to_float(amount),
            "date": day,
            "journal_id": self.id,
            "memo": reference or ", ".join(moves.mapped("name")) or False,
            "outstanding_account_id": self._get_gym_receipts_account(method).id,
        }
        if method:
            values["payment_method_line_id"] = method.id
        payment = self.env["account.payment"].sudo().with_company(self.company_id).create(values)
        payment.action_post()
        moves._use_credit()
        return payment

    def _get_gym_receipts_account(self, method=None):
        """Return where money waits that was received in this journal: of a cash box, in the box itself."""
        self.ensure_one()
        lines = method or self.inbound_payment_method_line_ids.filtered("payment_account_id")[:1]
        own = self.default_account_id if self.type == "cash" else self.company_id.transfer_account_id
        return lines.payment_account_id or own
