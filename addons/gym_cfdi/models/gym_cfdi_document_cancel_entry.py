from odoo import models

from ..domain.document_state import LIVE


class GymCfdiDocument(models.Model):
    """What a cancellation before the SAT means for the invoice in the books."""

    _name = "gym.cfdi.document"
    _inherit = "gym.cfdi.document"

    def _on_cancelled(self):
        """Tell the invoices, and cancel those that were to be cancelled and have no other CFDI in force."""
        result = super()._on_cancelled()
        for document in self.filtered("move_id"):
            text = self.env._("The SAT has cancelled the CFDI %(uuid)s.", uuid=document.uuid)
            document.move_id.message_post(body=text)
        moves = self.filtered("cancel_entry").move_id
        moves.filtered(
            lambda move: not any(document.state in LIVE for document in move.cfdi_document_ids)
        )._cancel_with_cfdi()
        return result

    def _get_state_label(self):
        self.ensure_one()
        return dict(self._fields["state"]._description_selection(self.env))[self.state]
