import logging
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_round

from ..domain import document_state
from ..domain.payment_method import complement_deadline
from ..domain.texts import series_and_folio

_logger = logging.getLogger(__name__)

_PAYMENT = "payment"
_SUBSTITUTION = "04"
_WITH_ERRORS = "02"
# The complement still says what the ledger says when it is composed
_OPEN = document_state.NOT_STAMPED


class GymCfdiPaymentPart(models.Model):
    """What one payment settled of one PPD invoice, and the payment complement (REP) that tells it.

    A mirror of the ledger's partial reconciliations, made with them; the record stays when the reconciliation is
    undone, if the SAT was told of it. Amounts are the partial's: nothing here is typed.
    """

    _name = "gym.cfdi.payment.part"
    _description = "CFDI Payment Part"
    _order = "date desc, id desc"
    _rec_name = "invoice_id"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    partial_id = fields.Many2one("account.partial.reconcile", readonly=True, index=True, ondelete="set null")
    invoice_id = fields.Many2one("account.move", required=True, readonly=True, index=True, ondelete="restrict")
    partner_id = fields.Many2one(related="invoice_id.commercial_partner_id", store=True, string="Customer", index=True)
    receipt_id = fields.Many2one(
        "account.move",
        "Payment",
        readonly=True,
        index=True,
        ondelete="set null",
        help="Entry of the payment; Odoo deletes that of a payment which is cancelled.",
    )
    date = fields.Date("Paid On", required=True, readonly=True)
    deadline = fields.Date(
        compute="_compute_deadline",
        store=True,
        index=True,
        help="The 5th of the month after the payment (RMF 2.7.1.32).",
    )
    currency_id = fields.Many2one("res.currency", "Currency of the Invoice", required=True, readonly=True)
    paid = fields.Monetary(readonly=True, help="What was settled, in the currency of the invoice.")
    receipt_currency_id = fields.Many2one("res.currency", "Currency of the Payment", required=True, readonly=True)
    received = fields.Monetary(
        currency_field="receipt_currency_id", readonly=True, help="The same in the currency of the payment."
    )
    invoice_document_id = fields.Many2one(
        "gym.cfdi.document",
        "CFDI Paid",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The CFDI of the invoice that the complement names, known when it is sealed.",
    )
    number = fields.Integer("Partiality", readonly=True, help="NumParcialidad, known when the complement is sealed.")
    stated = fields.Monetary(readonly=True, help="ImpPagado, in the currency of the invoice, known when it is sealed.")
    balance = fields.Monetary("Balance Before", readonly=True, help="ImpSaldoAnt, in the currency of the invoice.")
    document_id = fields.Many2one("gym.cfdi.document", "Complement", readonly=True, index=True, ondelete="restrict")
    document_state = fields.Selection(related="document_id.state", string="State of the Complement")
    uuid = fields.Char(related="document_id.uuid", string="UUID")
    state = fields.Selection(
        [
            ("missing", "Without Complement"),
            ("pending", "On Its Way"),
            ("stated", "Stated"),
            ("to_cancel", "To Be Cancelled"),
            ("cancelled", "Cancelled"),
        ],
        compute="_compute_state",
        store=True,
        index=True,
        help="To be cancelled: the complement says what the ledger no longer does.",
    )

    _partial_unique = models.UniqueIndex("(partial_id) WHERE partial_id IS NOT NULL", "This payment is already noted.")

    # === COMPUTE === #

    @api.depends("date")
    def _compute_deadline(self):
        for part in self:
            part.deadline = complement_deadline(part.date)

    @api.depends("partial_id", "document_id.state")
    def _compute_state(self):
        for part in self:
            state = part.document_id.state
            if not part.partial_id and state != document_state.CANCELLED:
                part.state = "to_cancel"
            elif not part.partial_id:
                part.state = "cancelled"
            elif state in document_state.LIVE:
                part.state = "stated"
            else:
                part.state = "missing" if state in (False, document_state.CANCELLED) else "pending"

    # === ACTIONS === #

    def action_record(self):
        """Issue the complements of these payments now, whatever the policy."""
        self.check_access("read")
        self.env["account.move"].check_access("write")
        self.sudo().filtered(lambda part: part.state == "missing")._record_complements()

    # === RECORDING === #

    def _record_complements(self):
        """Record one document for each receptor and payment, or month, among these parts.

        :return: the documents
        """
        groups = defaultdict(self.browse)
        for part in self:
            groups[part._get_group()] |= part
        documents = (
            self.env["gym.cfdi.document"].sudo()._record([parts._prepare_document() for parts in groups.values()])
        )
        for document, parts in zip(documents, groups.values(), strict=True):
            parts.document_id = document
        return documents

    def _get_group(self):
        """Return what the parts of one complement have in common."""
        self.ensure_one()
        company = self.company_id
        receptor, place = self.invoice_id._get_cfdi_receptor(), self.invoice_id.journal_id._get_cfdi_place()
        if company.cfdi_complement_policy == "month":
            return company, receptor, place, self.date.year, self.date.month
        return company, receptor, place, self.receipt_id

    def _prepare_document(self):
        first = self[:1]
        series, folio = series_and_folio(first.receipt_id.name)
        return {
            "company_id": first.company_id.id,
            "kind": _PAYMENT,
            "document_type": "P",
            "partner_id": first.invoice_id._get_cfdi_receptor().id,
            "place_zip": first.invoice_id.journal_id._get_cfdi_place(),
            "series": series,
            "folio": folio,
            "currency_id": first.receipt_currency_id.id,
            "amount_total": sum(self.mapped("received")),
        }

    # === REVERSAL === #

    def _on_unreconciled(self):
        """The ledger undid these: withdraw what was not sent, and forget what nobody was told.

        A complement that the SAT has stays until :meth:`_cancel_reversed`: an entry that is corrected is often
        reconciled with the same invoice again in the next minute.
        """
        parts = self.exists().sudo()
        documents = parts.document_id.filtered(lambda document: document.state in _OPEN)
        remaining = documents.cfdi_part_ids - parts
        documents._transition("withdraw")
        told = parts.filtered(lambda part: part.document_id.uuid or part.document_state == document_state.SENT)
        (parts - told).unlink()
        remaining.filtered("partial_id")._record_complements()

    # === CRON === #

    @api.model
    def _cron_complements(self):
        """Issue what is due, and cancel what the ledger undid. Daily; can run twice."""
        crons = self.env["ir.cron"]
        unnoted = self.env["account.move"]._get_cfdi_unnoted_partials()
        payments = unnoted.grouped(lambda partial: partial.credit_move_id.move_id)
        crons._do_each(list(payments.values()), "_note_cfdi_parts")
        self._record_closed_months()
        reversed_parts = self.search([("state", "=", "to_cancel"), ("write_date", "<", "now -1d")])
        crons._do_each(list(reversed_parts.grouped("document_id").values()), "_cancel_reversed")

    @api.model
    def _record_closed_months(self):
        """Record the complements of past months for the companies that issue one for each customer and month."""
        due = self.search(
            [
                ("document_id", "=", False),
                ("partial_id", "!=", False),
                ("date", "<", self.env["res.company"]._get_latest_day().replace(day=1)),
                ("company_id.cfdi_complement_policy", "=", "month"),
            ]
        )
        due = due.filtered(lambda part: part.date < part.company_id._today().replace(day=1))
        self.env["ir.cron"]._do_each(list(due.grouped(lambda part: part._get_group()).values()), "_record_complements")

    # === AMOUNTS === #

    def _settle(self):
        """Write number and balance of these parts from the ledger as it is, just before they are sealed.

        The balance is what the invoice owed before this partial: its total less the partials before it, payments and
        credit notes alike. Numbers go on from what the SAT was told.
        """
        self.write({"number": 0, "stated": 0.0})
        for part in self.sorted(lambda part: part.partial_id.id):
            earlier = part._get_earlier_partials()
            told = part.invoice_id.cfdi_part_ids.filtered(
                lambda other, part=part: other != part and other.state in ("pending", "stated", "to_cancel")
            )
            money = earlier.filtered(lambda partial: partial.credit_move_id.move_id._is_cfdi_receipt())
            digits = part.currency_id.decimal_places
            part.balance = float_round(
                part.invoice_id.amount_total - sum(earlier.mapped("debit_amount_currency")), precision_digits=digits
            )
            part.number = 1 + max([len(money), *told.mapped("number")])
            part.invoice_document_id = part.invoice_id.cfdi_document_id

    def _get_earlier_partials(self):
        """Return what settled the invoice before this part: money, credit notes and whatever else."""
        self.ensure_one()
        return self.invoice_id.line_ids.matched_credit_ids.filtered(
            lambda partial: (
                partial.debit_move_id.account_type == "asset_receivable" and partial.id < self.partial_id.id
            )
        )

    # === CANCELLING === #

    def _cancel_reversed(self):
        """Ask for the cancellation of the complements of these parts, whose reconciliation was undone.

        One that still states other payments is first substituted by another that states only those (relation 04, then
        motive 01); one that states nothing any more is cancelled with motive 02. What the SAT does not let us cancel
        stays in the list.
        """
        documents = self.document_id.filtered(lambda document: document.state in document_state.LIVE)
        for document in (
            documents
            - self.env["gym.cfdi.document"]
            .search([("related_ids", "in", documents.ids), ("state", "!=", document_state.CANCELLED)])
            .related_ids
        ):
            remaining = document.cfdi_part_ids.filtered("partial_id")
            try:
                with self.env.cr.savepoint():
                    remaining._substitute(document) if remaining else document._request_cancellation(_WITH_ERRORS)
            except UserError as error:
                _logger.warning("The complement %s is not cancelled: %s", document.display_name, error)

    def _substitute(self, document):
        """Record a complement of these parts that substitutes ``document``."""
        values = self._prepare_document() | {
            "relation_type": _SUBSTITUTION,
            "related_ids": [fields.Command.set(document.ids)],
        }
        self.document_id = self.env["gym.cfdi.document"].sudo()._record([values])

    def action_cancel_reversed(self):
        """Cancel the complements that say what the ledger no longer does, without waiting for the next day."""
        self.check_access("read")
        self.env["gym.cfdi.document"]._check_may_cancel()
        self.sudo().filtered(lambda part: part.state == "to_cancel")._cancel_reversed()
