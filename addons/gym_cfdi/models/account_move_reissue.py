from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ..domain import document_state
from ..domain.payment_method import PPD, PUE, TO_BE_DEFINED, is_overdue_pue

_SUBSTITUTION = "04"


class AccountMove(models.Model):
    """PUE invoices that were not paid in their month: issued again as PPD (RMF 2.7.1.39)."""

    _name = "account.move"
    _inherit = "account.move"

    @api.model
    def _get_overdue_pue_domain(self, today):
        """Return the domain of the invoices whose CFDI says PUE and that are owed though their month is over."""
        return (
            Domain("move_type", "=", "out_invoice")
            & Domain("state", "=", "posted")
            & Domain("cfdi_state", "in", (document_state.STAMPED, document_state.CANCEL_REFUSED))
            & Domain("cfdi_document_id.kind", "=", "invoice")
            & Domain("cfdi_payment_method", "=", PUE)
            & Domain("payment_state", "in", ("not_paid", "partial"))
            & Domain("invoice_date", "<", today.replace(day=1))
        )

    @api.model
    def action_cfdi_overdue_pue(self):
        """List the PUE invoices that were not paid in their month."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("gym_cfdi.account_move_action_overdue_pue")
        return {**action, "domain": list(self._get_overdue_pue_domain(self.env.company._today()))}

    def action_cfdi_reissue_as_ppd(self):
        """Issue the CFDI of these invoices again as PPD; the old ones are cancelled when the new ones are stamped.

        :raise AccessError: unless the user manages CFDI
        :raise UserError: when one of them is not a PUE invoice that is owed after its month; then none is touched
        """
        self.check_access("write")
        self.cfdi_document_id._check_may_cancel()
        self._check_overdue_pue()
        return self._reissue_as_ppd()

    def _check_overdue_pue(self):
        for move in self - self.filtered(lambda move: move._is_overdue_pue()):
            raise UserError(
                self.env._(
                    "%(invoice)s is not a stamped PUE invoice that is still owed after its month. Leave it out.",
                    invoice=move.display_name,
                )
            )

    def _is_overdue_pue(self):
        today = self.company_id._today()
        return bool(self.filtered_domain(self._get_overdue_pue_domain(today))) and is_overdue_pue(
            self.invoice_date, today
        )

    def _reissue_as_ppd(self):
        """Record the substitutes (relation 04), on the same entries: nothing changes in the books.

        Motive 01 follows when a substitute is stamped, see ``_on_stamped``; what was paid in part gets its complements.

        :return: the documents
        :raise UserError: when other CFDI in force name one of the old ones; then none is touched
        """
        self._check_nothing_blocks_reissue()
        old = {move: move.cfdi_document_id for move in self}
        values_list = [
            move._prepare_cfdi_document()
            | {"relation_type": _SUBSTITUTION, "related_ids": [Command.set(old[move].ids)]}
            for move in self
        ]
        documents = self.env["gym.cfdi.document"].sudo()._record(values_list)
        self.write({"cfdi_payment_method": PPD, "cfdi_payment_form": TO_BE_DEFINED})
        self.line_ids.matched_credit_ids._note_cfdi_parts()
        return documents

    def _check_nothing_blocks_reissue(self):
        """Refuse while a CFDI in force names one of those to replace: the SAT would not cancel it after the stamp.

        :raise UserError: names each invoice with what blocks it
        """
        blocking = {move: move.cfdi_document_id._get_blocking_documents() for move in self}
        lines = [
            self.env._(
                "%(invoice)s: %(documents)s",
                invoice=move.display_name,
                documents=", ".join(documents.mapped("display_name")),
            )
            for move, documents in blocking.items()
            if documents
        ]
        if lines:
            raise UserError(
                self.env._(
                    "These invoices cannot be issued again while the CFDI named beside them are in force. Cancel those "
                    "first, or leave the invoices out; nothing was issued.\n%(invoices)s",
                    invoices="\n".join(lines),
                )
            )
