from odoo import models
from odoo.exceptions import UserError

from ...domain.credits import match_lines


class AccountMove(models.Model):
    """Dues whose invoice accounting cancels, takes back to draft or credits in full: somebody decides what follows."""

    _inherit = "account.move"

    def _post(self, soft=True):
        self._check_not_billed_again()
        self._name_reversed_lines()
        posted = super()._post(soft)
        posted._tell_undone()
        return posted

    def button_draft(self):
        self.filtered(lambda move: move.move_type == "out_refund").reversed_entry_id._check_not_billed_again()
        result = super().button_draft()
        self._tell_undone()
        return result

    def _name_reversed_lines(self):
        """Note on credit notes made in accounting which line of the invoice of dues each of theirs gives back."""
        notes = self.filtered(lambda move: move.move_type == "out_refund" and move.reversed_entry_id.gym_location_id)
        dues = self.env["gym.due"].sudo().search([("move_id", "in", notes.ids)])
        for note in notes - dues.move_id:
            credited = note.invoice_line_ids.filtered(lambda line: line.price_total > 0)
            billed = note.reversed_entry_id._get_due_lines().sorted("id")
            matched = match_lines(
                [line._to_invoice_line() for line in credited.sorted("id")],
                [line._to_invoice_line() for line in billed],
            )
            for line, target in matched.items():
                line.gym_reversed_line_id = target

    def _tell_undone(self):
        """Open a problem for each subscription whose dues on these invoices, or on those they reverse, are undone.

        What is posted for the first time is looked up, all at once, and left alone.
        """
        issues = self.env["gym.billing.issue"].sudo()
        moves = self.sudo().filtered(lambda move: move.is_sale_document())
        known = issues.search([("code", "=", "undone"), ("state", "=", "open"), ("fix_id", "in", moves.ids)])
        changed = moves.filtered(lambda move: move.state != "posted" or move.id in known.mapped("fix_id"))
        dues = (changed | moves.reversed_entry_id).filtered(
            lambda move: move.move_type == "out_invoice" and move.gym_location_id
        )
        if dues:
            issues._follow_undone(dues)

    def _check_not_billed_again(self):
        """Refuse to bring invoices back whose dues are on another one by now.

        :raise UserError: naming both
        """
        again = self.env["gym.due"].sudo()
        again = again.search([("again_move_id", "in", self.ids), ("state", "=", "billed")])
        standing = again.filtered(lambda due: due.move_line_id and not due.move_line_id._get_undone())
        for due in standing[:1]:
            raise UserError(
                self.env._(
                    "What %(invoice)s charged was billed again on %(other)s. Cancel or credit that one first.",
                    invoice=due.again_move_id.display_name,
                    other=due.move_id.display_name,
                )
            )
