from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.gym_members.models.turn import take_turn
from odoo.addons.gym_subscriptions.domain.proration import ZERO, allocate
from odoo.addons.gym_subscriptions.models.money import add_up, to_decimal
from odoo.addons.gym_subscriptions.models.subscription.gym_subscription_credit import BILLED_OR_PENDING

# How far several taxes in one price may take a line from it: each is rounded by itself
TAX_ROUNDING = Decimal("0.05")


class AccountMove(models.Model):
    _inherit = "account.move"

    gym_refund_ids = fields.One2many("gym.refund", "move_id", string="Refunds", readonly=True)

    def _get_refundable_amount(self, subscription=None):
        """Return how much of this invoice of dues was paid and has not been given back yet: ``Decimal``.

        Paid: by money, or with credit of another invoice. Nobody paid what was written off, and a credit note of this
        invoice settles what is still open of it first.

        :param subscription: of what was billed of this ``gym.subscription``; of all on the invoice by default
        """
        self.ensure_one()
        move = self.sudo()
        credited = add_up(move.reversal_move_ids.filtered(lambda note: note.state == "posted").mapped("amount_total"))
        paid = to_decimal(move.amount_total) - to_decimal(move.amount_residual)
        left = paid - move._get_lost_amount() - credited
        return max(ZERO, min(left, add_up(move._get_billed_left(subscription).values())))

    def _give_back(self, amount, reason, subscription=None):
        """Give ``amount`` of a paid invoice of dues back: credit note, and the money where it came from.

        :param Decimal amount: IVA included
        :param str reason: what the credit note says
        :param subscription: the ``gym.subscription`` whose dues it is taken from; all on the invoice by default
        :return: the posted credit notes
        :raise UserError: when it is more than was paid and not given back yet, or not an invoice of dues
        """
        self.ensure_one()
        move = self.sudo()
        take_turn(move)
        if not move._get_billed():
            raise UserError(
                self.env._("%(invoice)s bills no dues. Make a credit note in Accounting.", invoice=move.name)
            )
        limit = move._get_refundable_amount(subscription)
        if not 0 < amount <= limit:
            raise UserError(
                self.env._(
                    "Of %(invoice)s at most %(amount)s can be given back.",
                    invoice=move.name,
                    amount=move.currency_id.format(limit),
                )
            )
        lines = move.env["gym.due"].create(move._prepare_give_back(amount, reason, subscription))
        notes = lines._bill()
        notes._plan_refunds()
        return notes

    def _get_billed(self, subscription=None):
        """Return a list of what this invoice bills, of one ``gym.subscription`` or all: periods, and other charges."""
        billed = [("move_id", "=", self.id), ("amount", ">", 0)]
        if subscription:
            billed.append(("subscription_id", "=", subscription.id))
        periods = self.env["gym.subscription.period"].search(billed)
        return [*periods, *self.env["gym.due"].search([*billed, ("date_start", "=", False)])]

    def _get_billed_left(self, subscription=None):
        """Return {what this invoice bills: how much of it has not been given back, nor is to be}, IVA included."""
        billed = self._get_billed(subscription)
        move_lines = self.env["account.move.line"].union(*(record.move_line_id for record in billed))
        given = self.env["gym.subscription"]._get_given_back(move_lines, BILLED_OR_PENDING)
        left = {record: _get_charged(record) - given[record.move_line_id.id] for record in billed}
        return {record: amount for record, amount in left.items() if amount > 0}

    def _prepare_give_back(self, amount, reason, subscription):
        """Return credits that share ``amount`` among what is left of what the invoice billed, in proportion."""
        left = self._get_billed_left(subscription)
        billed = [*left]
        parts = allocate(amount, dict(enumerate(left.values())))
        vals_list = [billed[place]._prepare_refund(part) for place, part in parts.items() if part]
        return [vals | {"name": f"{vals['name']} ({reason})" if reason else vals["name"]} for vals in vals_list]


def _get_charged(record):
    """Return what a billed period or due came to on its invoice, IVA included: a ``Decimal``."""
    price, line = to_decimal(record.amount), to_decimal(record.move_line_id.price_total)
    return line if abs(line - price) <= TAX_ROUNDING else price
