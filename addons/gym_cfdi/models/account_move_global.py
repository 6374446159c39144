from datetime import date

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..domain import global_invoice
from ..domain.document_state import CANCELLED
from ..domain.errors import CfdiError
from ..domain.global_invoice import Ticket


class AccountMove(models.Model):
    """Invoices to customers without RFC as sales of a global invoice, and their credit notes as returns."""

    _name = "account.move"
    _inherit = ["account.move", "gym.cfdi.ticket"]

    # === TICKETS === #

    @api.model
    def _search_cfdi_tickets(self, company, zip_code, start, end):
        """Return the posted sales of a place that a global invoice is still to state, and what was returned of them.

        Sales from before the company's first CFDI here were declared by other software. A return belongs to the period
        of its sale. One whose sale is in a global invoice already is credited against
        that one, see :meth:`_record_cfdi_intention`.
        """
        start = max(start, company.cfdi_since or start)
        free = (
            Domain("company_id", "=", company.id)
            & Domain("state", "=", "posted")
            & Domain("cfdi_to_global", "=", True)
            & Domain("cfdi_global_id", "=", False)
            & (Domain("cfdi_document_id", "=", False) | Domain("cfdi_state", "=", CANCELLED))
        )
        days = Domain("invoice_date", ">=", start) & Domain("invoice_date", "<", end)
        of_sale = Domain("reversed_entry_id.invoice_date", ">=", start) & Domain(
            "reversed_entry_id.invoice_date", "<", end
        )
        sales = Domain("move_type", "=", "out_invoice") & days
        returns = Domain("move_type", "=", "out_refund") & (
            (Domain("reversed_entry_id", "=", False) & days)
            | (of_sale & Domain("reversed_entry_id.cfdi_global_id", "=", False))
        )
        moves = self.search(free & (sales | returns), order="invoice_date, name, id")
        return moves.filtered(lambda move: move.journal_id._get_cfdi_place() == zip_code)

    def _get_cfdi_tickets(self):
        tickets = {}
        self.line_ids.fetch(["tax_ids", "tax_tag_ids"])  # which Odoo's own computation reads move by move
        for move in self:
            ticket = move._get_cfdi_ticket()
            if move.move_type == "out_refund":
                sale = move.reversed_entry_id or move
                ticket = global_invoice.returned(ticket, sale.name, sale.invoice_date)
            tickets[move] = ticket
        return tickets

    def _get_cfdi_ticket(self):
        """Return the :class:`~..domain.global_invoice.Ticket` of one invoice or credit note, in positive amounts."""
        lines, problem = (), None
        try:
            lines, local_taxes = self._get_cfdi_lines()
            problem = _local_taxes_error(self.name) if local_taxes else None
        except CfdiError as error:
            problem = error
        return Ticket(
            number=self.name,
            lines=tuple(lines),
            payment_form=self.cfdi_payment_form or "99",
            day=self.invoice_date or date.min,
            currency=self.currency_id.name,
            problem=problem,
            reference=self,
        )

    # === ACTIONS === #

    def action_cfdi_nominative(self):
        """Open the assistant that invoices a sale to the general public to a customer by name."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Invoice by Name"),
            "res_model": "gym.cfdi.nominative",
            "view_mode": "form",
            "target": "new",
            "context": {"default_move_id": self.id},
        }

    def action_cfdi_stamp(self):
        """Refuse sales of a global invoice: a CFDI of their own is a step with consequences, asked for by name."""
        for move in self.filtered("cfdi_global_id"):
            raise UserError(
                self.env._(
                    "%(move)s is stated in the global invoice %(global_invoice)s. To invoice it to its customer, use "
                    "“Invoice by Name”.",
                    move=move.name,
                    global_invoice=move.cfdi_global_id.display_name,
                )
            )
        return super().action_cfdi_stamp()

    # === INTENTION === #

    def _record_cfdi_intention(self, is_asked=False):
        """Like it was, and: a return of a sale in a global invoice is credited against it; a sale in one that somebody
        wants by name is taken out of it first."""
        self.filtered(lambda move: move._is_return_of_nominative()).cfdi_to_global = False
        returns = self.filtered(lambda move: move._is_return_of_global() and not move._has_cfdi_in_force())
        self.env["gym.cfdi.document"]._record([move._prepare_global_credit() for move in returns])
        in_global = self.filtered("cfdi_global_id")
        if is_asked and in_global:
            in_global._get_cfdi_global_lines()._take_out_by_credit()
        named = (self - returns - in_global).filtered(lambda move: is_asked and move.cfdi_to_global)
        documents = super(AccountMove, self - returns - in_global)._record_cfdi_intention(is_asked)
        # what was returned of a sale follows it: the global invoice would state a return without its sale
        followers = named.reversal_move_ids.filtered(
            lambda move: move.state == "posted" and move.cfdi_to_global and not move._has_cfdi_in_force()
        )
        return documents | (followers._record_cfdi_intention(is_asked=True) if followers else documents.browse())

    def _is_return_of_global(self):
        return (
            self.move_type == "out_refund"
            and self.state == "posted"
            and self.cfdi_to_global
            and bool(self.reversed_entry_id.cfdi_global_id)
        )

    def _is_return_of_nominative(self):
        """Whether the sale that this credit note returns was invoiced by name: then so is the credit note."""
        sale = self.reversed_entry_id
        return self.move_type == "out_refund" and self.cfdi_to_global and bool(sale) and not sale.cfdi_to_global

    def _has_cfdi_in_force(self):
        return bool(self.sudo().cfdi_document_id) and self.sudo().cfdi_state != CANCELLED

    def _prepare_global_credit(self):
        """Return the values of the document of a return against the global invoice of its sale."""
        line = self.reversed_entry_id._get_cfdi_global_lines()
        values = line._prepare_credit_document()
        return values | {
            "global_line_id": False,
            "move_id": self.id,
            "amount_total": self.amount_total,
            "partner_id": self.commercial_partner_id.id,
        }

    def _get_cfdi_global_lines(self):
        return (
            self.env["gym.cfdi.global.line"]
            .sudo()
            .search([("res_model", "=", self._name), ("res_id", "in", self.ids), ("is_held", "=", True)])
        )

    def _record_nominative_cfdi(self):
        """Sales first: the credit notes of what was returned of them relate to their documents."""
        sales = self.filtered(lambda move: move.move_type == "out_invoice")
        for moves in (sales, self - sales):
            moves._record_cfdi_intention(is_asked=True)

    def _can_leave_global(self):
        """Tell whether no global invoice keeps this sale: one lets none go that was returned since, or is leaving."""
        lines = self._get_cfdi_global_lines()
        return not self._get_cfdi_returns_in_force() and all(line.state == "stated" for line in lines)

    def _get_cfdi_returns_in_force(self):
        return self.reversal_move_ids.filtered(lambda move: move._has_cfdi_in_force())

    def _check_can_leave_global(self):
        returned = self._get_cfdi_returns_in_force()
        if returned:
            raise UserError(
                self.env._(
                    "%(move)s was returned in part by %(returns)s, against the global invoice. What is left of it "
                    "cannot be invoiced by name.",
                    move=returned[:1].reversed_entry_id.name,
                    returns=", ".join(returned.mapped("name")),
                )
            )

    # === GUARDS === #

    def button_draft(self):
        self._check_not_in_global()
        return super().button_draft()

    def button_cancel(self):
        self._check_not_in_global()
        return super().button_cancel()

    def _check_not_in_global(self):
        for move in self.filtered("cfdi_global_id"):
            raise UserError(
                self.env._(
                    "%(move)s is stated in the global invoice %(global_invoice)s. Make a credit note of it, or cancel "
                    "the global invoice first.",
                    move=move.name,
                    global_invoice=move.cfdi_global_id.display_name,
                )
            )


def _local_taxes_error(number):
    return CfdiError(
        es=(f"{number} tiene impuestos locales.", "Haga una factura propia; la global no los admite."),
        en=(f"{number} has local taxes.", "Make an invoice of its own; the global admits none."),
    )
