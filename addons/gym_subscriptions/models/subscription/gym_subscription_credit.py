from collections import defaultdict

from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.gym_members.models.turn import take_turn

from ...domain.credits import Credit, cap_credits
from ...domain.proration import ZERO
from ..money import to_decimal

BILLED, BILLED_OR_PENDING = ("billed",), ("billed", "pending")


class GymSubscription(models.Model):
    """What may still be given back of what was billed: never more than it was, no matter who gave the first part."""

    _inherit = "gym.subscription"

    def _give_credit(self, amount, why, source, kind="credit", bill_when="next"):
        """Take ``amount`` off what is billed next to the payer of this, once for each ``source``.

        It waits until an invoice charges as much at its taxes, which are those of the branch on that day; what does not
        fit stays for the one after. No money is paid out for it.

        :param Decimal amount: positive, IVA included
        :param str why: what the invoice says, in the payer's language
        :param source: the record that gives it, saved; asked again, the same credit is returned
        :param str kind: of :data:`KINDS`, or one that an addon has added to the field
        :param str bill_when: ``now`` when the invoice that is about to be made takes it, else ``next``
        :return: ``gym.due``, in sudo
        :raise UserError: when nothing is given
        """
        self.ensure_one()
        if amount <= 0:
            raise UserError(self.env._("A credit is more than nothing."))
        subscription, key = self.sudo(), f"{source._name},{source.id}"
        take_turn(subscription)
        subscription.due_ids.flush_recordset(["state"])  # the index that lets it be given once looks at it
        given = subscription.due_ids.filtered(lambda line: line.source == key and line.state != "void")
        if given:
            return given
        sold = subscription.plan_id
        values = subscription._prepare_due(
            kind, -amount, why, sold.product_id, taxed_as=sold, bill_when=bill_when, source=key
        )
        return subscription.env["gym.due"].create(values)

    @api.model
    def _cap_credits(self, dues, states=BILLED_OR_PENDING, is_open_only=False):
        """Return ``dues`` with no credit beyond what is left of the invoice, and of its line, that it takes back.

        What was written off is not there any more: nobody paid it.

        :param list dues: values of ``gym.due``; what is not negative stays as it is
        :param states: of the other credits that count as given back
        :param bool is_open_only: give back no more of an invoice than nobody has paid yet
        :return: the values, without credits of which nothing is left
        """
        move_lines = self.env["account.move.line"].sudo()
        move_lines = move_lines.browse({one["reversed_line_id"] for one in dues if one.get("reversed_line_id")})
        given = self._get_given_back(move_lines.move_id.line_ids, states)
        lines = {line.id: line._get_due() - given[line.id] for line in move_lines}
        moves = {
            move.id: sum((line._get_due() for line in move._get_due_lines()), ZERO)
            - move._get_credit_notes_by_hand()._get_charged()
            - move._get_lost_amount()
            - sum((given[line.id] for line in move._get_due_lines()), ZERO)
            for move in move_lines.move_id
        }
        if is_open_only:
            moves = {move.id: min(moves[move.id], to_decimal(move.amount_residual)) for move in move_lines.move_id}
        credits = [one for one in dues if one["amount"] < 0]
        invoices = {line.id: line.move_id.id for line in move_lines}
        parts = cap_credits(
            [self._to_credit(one, invoices) for one in credits],
            lines,
            moves,
        )
        capped = {id(one): one | {"amount": -part} for one, part in zip(credits, parts, strict=True)}
        return [one for one in (capped.get(id(due), due) for due in dues) if one["amount"]]

    @api.model
    def _to_credit(self, due, invoices):
        line_id = due.get("reversed_line_id")
        return Credit(-due["amount"], line_id, invoices.get(line_id))

    @api.model
    def _get_given_back(self, move_lines, states):
        """Return how much of each of these invoice lines has been given back: dict of id to ``Decimal``.

        A credit that was taken back itself gives nothing.
        """
        given = defaultdict(lambda: ZERO)
        found = self.env["gym.due"].sudo()
        found = found.search([("reversed_line_id", "in", move_lines.ids), ("state", "in", states)])
        if found:
            taken_back = self._get_given_back(found.move_line_id, states)
            for line in found:
                given[line.reversed_line_id.id] -= to_decimal(line.amount) - taken_back[line.move_line_id.id]
        return given
