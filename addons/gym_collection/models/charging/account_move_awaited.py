from odoo import models
from odoo.tools import format_date

UNDER_WAY = ("sent", "in_doubt")


class AccountMove(models.Model):
    """Money on its way: what nobody asks for, takes or charges a second time."""

    _inherit = "account.move"

    def _get_awaited(self):
        """Return, in sudo, those of these invoices for which money may be on its way: a voucher, a charge, a doubt."""
        return self.sudo().filtered(lambda move: move._get_charges_under_way() or move._get_payments_under_way())

    def _get_charges_under_way(self):
        return self.gym_charge_ids.filtered(lambda charge: charge.state in UNDER_WAY)

    def _get_payments_under_way(self):
        payments = self.transaction_ids - self.gym_charge_ids.transaction_id
        return payments.filtered(lambda one: one._may_bring_money())

    def _describe_awaited(self):
        """Return a sentence for each charge and payment of these invoices that is on its way."""
        return [text for move in self.sudo() for text in move._describe_own_awaited()]

    def _describe_own_awaited(self):
        charges = [
            self.env._(
                "%(invoice)s: a card is being charged %(amount)s, and the bank has not answered yet.",
                invoice=self.name,
                amount=charge.currency_id.format(charge.amount),
            )
            for charge in self._get_charges_under_way()
        ]
        return charges + [self._describe_payment_under_way(one) for one in self._get_payments_under_way()]

    def _describe_payment_under_way(self, transaction):
        names = {"invoice": self.name, "amount": transaction.currency_id.format(transaction.amount)}
        if transaction.state != "pending":
            return self.env._("%(invoice)s: a payment of %(amount)s is being booked.", **names)
        day = self.gym_location_id._to_local(transaction._get_awaited_until()).date()
        return self.env._(
            "%(invoice)s: a voucher or transfer of %(amount)s is awaited until %(day)s.",
            day=format_date(self.env, day),
            **names,
        )

    def _has_to_be_paid(self):
        """Override of `account_payment`: nobody pays dues online while a charge or payment of them is on its way."""
        return super()._has_to_be_paid() and not (self.gym_location_id and self._get_awaited())
