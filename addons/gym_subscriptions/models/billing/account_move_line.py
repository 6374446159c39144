from odoo import fields, models

from ...domain.credits import InvoiceLine
from ..money import add_up, to_decimal


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    gym_reversed_line_id = fields.Many2one(
        "account.move.line",
        string="Gives Back",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The line whose dues this one gives back, in part or whole.",
    )

    gym_credit_line_ids = fields.One2many(
        "account.move.line", "gym_reversed_line_id", string="Given Back By", readonly=True
    )

    def _get_credited_by_hand(self):
        """Return {line: what credit notes made in accounting gave back of it, without IVA} of those of which they did.

        What the verbs of subscriptions give back is counted there.
        """
        credits = self.gym_credit_line_ids.filtered(
            lambda line: line.parent_state == "posted" and line.move_id.move_type == "out_refund"
        )
        dues = self.env["gym.due"].sudo().search([("move_line_id", "in", credits.ids)])
        by_hand = (credits - dues.move_line_id).grouped("gym_reversed_line_id")
        return {line: add_up(found.mapped("balance")) for line, found in by_hand.items()}

    def _get_undone(self):
        """Return those of these lines that charge nothing any more: no longer posted, or credited in full."""
        credited = self._get_credited_by_hand()
        return self.filtered(
            lambda line: line.parent_state != "posted"
            or (line in credited and credited[line] >= -to_decimal(line.balance))
        )

    def _to_invoice_line(self):
        self.ensure_one()
        return InvoiceLine(self, self.product_id, self.name, to_decimal(self.price_total))
