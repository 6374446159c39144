from odoo import fields, models

from ..domain import global_invoice
from ..domain.document_state import CANCELLED
from ..domain.errors import CfdiError

UNSTAMPED = "RELATED"
# The SAT or the PAC did not take a request to cancel
_NOT_CANCELLED = ("cancel_failed", "refuse_cancel")


class GymCfdiDocument(models.Model):
    """Documents of global invoices, and the credit notes that take sales out of them or give money back."""

    _name = "gym.cfdi.document"
    _inherit = "gym.cfdi.document"

    global_id = fields.Many2one(
        "gym.cfdi.global", "Global Invoice", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    global_line_id = fields.Many2one(
        "gym.cfdi.global.line", "Sale Taken Out", readonly=True, index="btree_not_null", ondelete="restrict"
    )

    def _get_composers(self):
        return super()._get_composers() | {
            ("global",): type(self)._compose_global,
            ("global_credit",): type(self)._compose_global_credit,
        }

    def _compose_global(self, dates):
        """Return {document: Comprobante, or the list of what forbids it} of global invoices."""
        return {document: document.global_id._compose(dates[document], document) for document in self}

    def _compose_global_credit(self, dates):
        """Likewise of credit notes against global invoices."""
        return {document: document._compose_one_global_credit(dates[document]) for document in self}

    def _compose_one_global_credit(self, fecha):
        if not self.related_ids.uuid:
            return [_global_not_stamped()]
        try:
            stated = global_invoice.state(self._get_credited_ticket())
        except CfdiError as error:
            return [error]
        return global_invoice.compose_credit(
            [stated],
            self.related_ids.uuid,
            self.company_id._get_cfdi_issuer(),
            self.place_zip,
            fecha,
            serie=self.series,
            folio=self.folio,
        )

    def _get_credited_ticket(self):
        """The sale that leaves, or what was returned of it, in positive amounts."""
        if self.global_line_id:
            (ticket,) = global_invoice.join(self.global_line_id._get_parts()._get_tickets())
            return ticket
        refund = self.move_id
        ticket = refund._get_cfdi_tickets()[refund]
        return global_invoice.returned(ticket, ticket.number, ticket.day)

    def _on_stamped(self):
        """Go on with the sales that waited for their credit note; documents that wait for these are tried again too."""
        result = super()._on_stamped()
        self.global_line_id.filtered("is_held")._on_credit_stamped()
        return result

    def _on_cancelled(self):
        result = super()._on_cancelled()
        self.sudo().global_id._on_document_cancelled()
        return result

    def _transition(self, event, values=None):
        """Free the sales of global invoices that are cancelled or withdrawn; keep those whose way out is over."""
        moved = super()._transition(event, values)
        moved_sudo = moved.sudo()
        cancelled_sudo = moved_sudo.filtered(lambda document: document.state == CANCELLED)
        cancelled_sudo.global_id._free_sales()
        cancelled_sudo.global_line_id._stay()
        if event in _NOT_CANCELLED:
            moved_sudo.global_id.line_ids.filtered(lambda line: not line.credit_document_id)._stay()
        return moved


def _global_not_stamped():
    return CfdiError(
        code=UNSTAMPED,
        es=("La factura global todavía no está timbrada.", "Esta nota se reintenta en cuanto lo esté."),
        en=("The global invoice is not stamped yet.", "This note is tried again as soon as it is."),
    )
