from odoo import api, fields, models
from odoo.exceptions import UserError

from ..domain import global_invoice
from ..domain.cancellation import Motive

CREDIT_SERIES = "GLC"


class GymCfdiGlobalLine(models.Model):
    """A sale, or what was returned of it, in a global invoice.

    ``is_held`` while its global invoice stands and the sale has not been taken out: no other one may state it.
    """

    _name = "gym.cfdi.global.line"
    _description = "Sale in a Global Invoice"
    _order = "global_id, day, number, id"

    global_id = fields.Many2one("gym.cfdi.global", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="global_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="global_id.currency_id")
    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference("Sale", model_field="res_model", required=True, readonly=True)
    number = fields.Char(required=True, readonly=True)
    day = fields.Date(readonly=True)
    amount_total = fields.Monetary("Total", readonly=True)
    payment_form = fields.Char("Form of Payment", readonly=True)
    problem = fields.Text(readonly=True, help="Why the global invoice cannot state this sale.")
    state = fields.Selection(
        [
            ("stated", "Stated"),
            ("refused", "To Invoice by Itself"),
            ("leaving", "Being Taken Out"),
            ("left", "Taken Out"),
        ],
        default="stated",
        required=True,
        readonly=True,
    )
    standing = fields.Selection(
        [
            ("to_state", "To Be Stated"),
            ("stated", "Stated"),
            ("refused", "To Invoice by Itself"),
            ("leaving", "Being Taken Out"),
            ("left", "Taken Out"),
        ],
        compute="_compute_standing",
        help="As the state, but in a draft nothing has been stated yet.",
    )
    is_held = fields.Boolean(readonly=True, copy=False)
    credit_document_id = fields.Many2one(
        "gym.cfdi.document", "Credit Note", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )

    _held_once = models.UniqueIndex(
        "(res_model, res_id) WHERE is_held", "This sale is already in another global invoice."
    )

    @api.depends("state", "global_id.state")
    def _compute_standing(self):
        for line in self:
            is_ahead = line.state == "stated" and line.global_id.state == "draft"
            line.standing = "to_state" if is_ahead else line.state

    # === SALES === #

    def _get_records(self):
        """Return the sales as a list of recordsets, one for each model, in sudo."""
        by_model = {}
        for line in self:
            by_model.setdefault(line.res_model, []).append(line.res_id)
        return [self.env[model].sudo().browse(ids) for model, ids in by_model.items()]

    def _get_tickets(self):
        """Return the :class:`~..domain.global_invoice.Ticket` of these lines, as the sales are now, in their order."""
        tickets = {}
        for records in self._get_records():
            tickets |= {(record._name, record.id): ticket for record, ticket in records._get_cfdi_tickets().items()}
        return [tickets[line.res_model, line.res_id] for line in self]

    def _hold(self):
        """Let no other global invoice state these sales."""
        self.is_held = True
        for holder, lines in self.grouped("global_id").items():
            for records in lines._get_records():
                records.write({"cfdi_global_id": holder.id})

    def _free(self):
        """Let these sales be invoiced otherwise."""
        held = self.filtered("is_held")
        for records in held._get_records():
            records.write({"cfdi_global_id": False})
        held.write({"is_held": False})
        # before another line holds the same sale: the database sees them in the order of their ids
        held.flush_recordset(["is_held"])

    # === LEAVING === #

    def action_open_sale(self):
        """Open the sale."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
            "views": [[False, "form"]],
        }

    def _take_out_by_credit(self):
        """Take sales out of their global invoices by a credit note each; when it is stamped they are invoiced by name
        (guía del CFDI global, appendix 2).

        A global invoice that is not stamped yet is waited for.

        :return: the documents of the credit notes
        :raise UserError: for a sale that has left already
        """
        self._check_can_leave()
        documents = self.env["gym.cfdi.document"]
        for line in self._get_sales():
            document = documents._record([line._prepare_credit_document()])
            line._get_parts().sudo().write({"state": "leaving", "credit_document_id": document.id})
            documents |= document
        return documents

    def _take_out_by_cancelling(self):
        """Take sales out by cancelling their global invoices (motive 04); once the SAT has cancelled one, they are
        invoiced by name and what is left is issued again.

        :raise UserError: for a sale that has left already
        """
        self._check_can_leave()
        self._get_parts().sudo().write({"state": "leaving"})
        for document in self.global_id.document_id:
            document._request_cancellation(Motive.NOMINATIVE_IN_GLOBAL.value)

    def _check_can_leave(self):
        for line in self:
            if line.state != "stated" or not line.is_held:
                raise UserError(
                    self.env._(
                        "The sale %(number)s is not in a global invoice any more, or is being taken out already.",
                        number=line.number,
                    )
                )
        for records in self._get_parts()._get_records():
            records._check_can_leave_global()

    def _get_parts(self):
        """Return these lines with those of the same sales in the same global invoices: what was returned of them."""
        wanted = {(line.global_id, line.number) for line in self}
        return self.global_id.line_ids.filtered(lambda line: (line.global_id, line.number) in wanted)

    def _get_sales(self):
        """Return one line for each sale among these: the one of the largest amount."""
        sales = {}
        for line in self._get_parts().sorted("amount_total"):
            sales[line.global_id, line.number] = line
        return self.browse([line.id for line in sales.values()])

    def _prepare_credit_document(self):
        """Return the values of the credit note against the global invoice of this sale."""
        return {
            "company_id": self.company_id.id,
            "kind": "global_credit",
            "document_type": "E",
            "global_line_id": self.id,
            "series": CREDIT_SERIES,
            "folio": self.env["ir.sequence"].sudo().next_by_code("gym.cfdi.global.credit"),
            "currency_id": self.currency_id.id,
            "amount_total": sum(self._get_parts().mapped("amount_total")),
            "place_zip": self.global_id.place_zip,
            "relation_type": global_invoice.CREDIT_NOTE,
            "related_ids": [fields.Command.set(self.global_id.document_id.ids)],
        }

    def _on_credit_stamped(self):
        """The credit notes of these sales have just been stamped: now they are invoiced by name."""
        parts = self._get_parts()
        parts._free()
        parts.write({"state": "left"})
        for records in parts._get_records():
            records._record_nominative_cfdi()

    def _stay(self):
        """The way out that these sales were on came to nothing: they stay in their global invoices."""
        self._get_parts().filtered(lambda line: line.is_held and line.state == "leaving").write(
            {"state": "stated", "credit_document_id": False}
        )
