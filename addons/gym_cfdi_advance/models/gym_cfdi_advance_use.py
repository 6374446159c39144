from odoo import api, fields, models
from odoo.exceptions import UserError

APPLICATION = "Aplicación de anticipo"
ACTIVE = ("planned", "applied")


class GymCfdiAdvanceUse(models.Model):
    """What of one advance goes to one invoice, and the credit notes that apply it (SAT's guide, appendix 6 A).

    Planned while the invoice is a draft; applied by a credit note when it is posted. The credit note takes the advance
    out of the account of advances and states its taxes the other way round: together with the advance's own CFDI, the
    customer pays the tax of the whole sale once.
    """

    _name = "gym.cfdi.advance.use"
    _description = "Advance Applied"
    _order = "id"
    _rec_name = "advance_id"
    _check_company_auto = True

    company_id = fields.Many2one(related="invoice_id.company_id", store=True, index=True)
    invoice_id = fields.Many2one("account.move", required=True, readonly=True, index=True, ondelete="cascade")
    advance_id = fields.Many2one(
        "account.move", "Advance", required=True, readonly=True, index=True, ondelete="restrict", check_company=True
    )
    currency_id = fields.Many2one(related="advance_id.currency_id")
    amount = fields.Monetary(readonly=True, help="With its taxes; of an applied one, the total of its credit note.")
    note_ids = fields.One2many("account.move", "cfdi_advance_use_id", "Credit Notes", readonly=True)
    note_id = fields.Many2one("account.move", "Credit Note", compute="_compute_state")
    state = fields.Selection(
        [("planned", "When Posted"), ("applied", "Applied"), ("undone", "Undone")],
        compute="_compute_state",
        help="When posted: the credit note is made with the invoice.",
    )

    _amount_positive = models.Constraint("CHECK (amount > 0)", "An advance is applied with an amount above zero.")

    @api.depends("invoice_id.state", "note_ids.state")
    def _compute_state(self):
        for use in self:
            use.note_id = use.note_ids.filtered(lambda note: note.state == "posted")[:1]
            if use.note_id:
                use.state = "applied"
            else:
                is_over = use.note_ids or use.invoice_id.state == "cancel"
                use.state = "undone" if is_over else "planned"

    def action_remove(self):
        """Take back what is only planned."""
        self.invoice_id.check_access("write")
        if any(use.state != "planned" for use in self):
            raise UserError(
                self.env._("An advance that is applied already is taken back by cancelling its credit note.")
            )
        self.sudo().unlink()

    # === CREDIT NOTES === #

    def _apply(self):
        """Make, post and reconcile the credit note of each, on the day of its invoice, or today if that is stamped.

        :return: the credit notes
        """
        notes = self.env["account.move"]
        for use in self:
            note = notes.create(use._prepare_note())
            use.sudo().amount = note.amount_total
            note.action_post()
            receivables = (note | use.invoice_id).line_ids.filtered(
                lambda line: line.account_type == "asset_receivable" and not line.reconciled
            )
            for lines in receivables.grouped("account_id").values():
                lines.reconcile()
            notes |= note
        return notes

    def _prepare_note(self):
        invoice, advance = self.invoice_id, self.advance_id
        is_stamped = bool(invoice.cfdi_document_id.uuid)
        return {
            "move_type": "out_refund",
            "company_id": self.company_id.id,
            "partner_id": invoice.partner_id.id,
            "journal_id": invoice.journal_id.id,
            "currency_id": advance.currency_id.id,
            "fiscal_position_id": advance.fiscal_position_id.id,
            "invoice_date": invoice.company_id._today() if is_stamped else invoice.invoice_date,
            "invoice_origin": f"{advance.name}, {invoice.name}",
            "cfdi_advance_use_id": self.id,
            "invoice_line_ids": [
                fields.Command.create(line._prepare_cfdi_application(price))
                for line, price in self._share_of_lines().items()
            ],
        }

    def _share_of_lines(self):
        """Return {line of the advance: unit price of it in this credit note}; the last one takes what is left."""
        advance = self.advance_id
        earlier = advance.cfdi_advance_given_ids.note_id
        is_last = advance.currency_id.compare_amounts(self.amount, advance.cfdi_advance_left + self.amount) >= 0
        prices = {}
        for position, line in enumerate(advance._get_cfdi_product_lines()):
            used = sum(note._get_cfdi_product_lines()[position].price_unit for note in earlier)
            share = line.price_unit - used if is_last else line.price_unit * self.amount / advance.amount_total
            prices[line] = advance.currency_id.round(share)
        return prices
