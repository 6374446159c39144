from odoo import models
from odoo.exceptions import UserError

from ..domain import document_state

# The SAT has the CFDI, or may have it: the invoice says what the CFDI says until the SAT has cancelled it
_KEPT_BY_CFDI = document_state.LIVE | {document_state.SENT}


class AccountMove(models.Model):
    """What an invoice may do while the SAT has its CFDI, and once the SAT has cancelled it."""

    _name = "account.move"
    _inherit = "account.move"

    def action_cfdi_ask_sat(self):
        """Ask the SAT about the CFDI of these invoices, and tell what it says."""
        self.check_access("read")
        return self.cfdi_document_ids.action_ask_sat()

    def button_draft(self):
        self._check_cfdi_lets_go()
        return super().button_draft()

    def button_cancel(self):
        self._check_cfdi_lets_go()
        return super().button_cancel()

    def _check_cfdi_lets_go(self):
        """:raise UserError: when the SAT has, or may have, a CFDI of one of these; it says the way out"""
        for document in self.sudo().cfdi_document_ids.filtered(lambda document: document.state in _KEPT_BY_CFDI):
            values = {"invoice": document.move_id.display_name, "state": document._get_state_label()}
            if document.state == document_state.SENT:
                text = self.env._(
                    "The CFDI of %(invoice)s is being stamped. Wait until its state is known, some minutes at most.",
                    **values,
                )
            elif document.state == document_state.CANCEL_REQUESTED:
                text = self.env._(
                    "The SAT was asked to cancel the CFDI of %(invoice)s and has not done so yet. Wait for its answer; "
                    "“SAT Status” in the CFDI page asks for it.",
                    **values,
                )
            else:
                text = self.env._(
                    "%(invoice)s has a CFDI in force (%(state)s). Cancel the CFDI first with “Request Cancel”; once "
                    "the SAT has cancelled it, the invoice may be changed. Or make a credit note.",
                    **values,
                )
            raise UserError(text)

    def _record_cfdi_intention(self, is_asked=False):
        """Pass over credit notes that only undo in the books an invoice whose CFDI the SAT has cancelled."""
        moves = self if is_asked else self.filtered(lambda move: not move._undoes_cancelled_cfdi())
        return super(AccountMove, moves)._record_cfdi_intention(is_asked)

    def _undoes_cancelled_cfdi(self):
        origin = self.reversed_entry_id.sudo().cfdi_document_id
        return self.move_type == "out_refund" and origin.state == document_state.CANCELLED and bool(origin.uuid)

    def _cancel_with_cfdi(self):
        """Cancel in the books what the SAT has cancelled; what cannot be is told to those who manage CFDI."""
        for move in self.filtered(lambda move: move.state == "posted"):
            try:
                with self.env.cr.savepoint():
                    move.button_cancel()
            except UserError as error:
                move.cfdi_document_id._alert_managers(
                    self.env._("The SAT cancelled a CFDI, its invoice stands"),
                    self.env._(
                        "%(invoice)s could not be cancelled: %(error)s Reverse it with a credit note; that one gets no "
                        "CFDI.",
                        invoice=move.display_name,
                        error=error,
                    ),
                )
