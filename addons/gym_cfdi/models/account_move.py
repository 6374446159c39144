from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..domain import catalogs, document_state
from ..domain.payment_method import COMPENSATION, PPD, PUE, payment_form, payment_method
from ..domain.rfc import GENERIC_NATIONAL
from ..domain.texts import series_and_folio
from ..tools import selection_of
from .account_move_comprobante import CREDIT, INCOME

_CREDIT_NOTE, _DEBIT_NOTE = "01", "02"
# Relations that an invoice may have; 05 and 06 are of goods in transport, which this product does not issue
_RELATIONS = ("01", "02", "03", "04", "07")
# The document has left the building: what it says can no longer follow the invoice
_SAID = document_state.LIVE | {document_state.SENT}
# It is sealed: until the seal is given up, it says what it says
_FIXED = _SAID | {document_state.SEALED}


class AccountMove(models.Model):
    """What an invoice says to the SAT, and the document that says it.

    Method and form of payment follow :mod:`..domain.payment_method` until somebody chooses otherwise; the choice is
    kept apart, so that a change of dates does not undo it.
    """

    _name = "account.move"
    _inherit = "account.move"

    cfdi_payment_method_chosen = fields.Selection([(PUE, PUE), (PPD, PPD)], copy=False)
    cfdi_payment_method = fields.Selection(
        [(PUE, "PUE Paid at once, this month"), (PPD, "PPD In parts or later")],
        "Payment Method (SAT)",
        compute="_compute_cfdi_payment",
        inverse="_inverse_cfdi_payment_method",
        store=True,
        readonly=False,
        copy=False,
        help="PUE when the whole is due by the end of the month of issue and it is known how it is paid; PPD "
        "otherwise, and then every payment gets its complement (RMF 2.7.1.39).",
    )
    cfdi_payment_form_chosen = fields.Selection(
        lambda self: selection_of(catalogs.payment_forms()),
        "Money Arrived As (SAT)",
        copy=False,
        help="Of the entry of a bank statement line: the form in which this money came. Empty: that of the journal. "
        "Set it before the line is reconciled: the payment complement states it.",
    )
    cfdi_payment_form = fields.Selection(
        lambda self: selection_of(catalogs.payment_forms()),
        "Form of Payment (SAT)",
        compute="_compute_cfdi_payment",
        inverse="_inverse_cfdi_payment_form",
        store=True,
        readonly=False,
        copy=False,
        help="How it was paid, else how this customer or this journal is expected to pay. 99 with PPD.",
    )
    cfdi_use = fields.Selection(
        lambda self: selection_of(use for use in catalogs.uses() if use.key not in ("CP01", "CN01")),
        "Use of CFDI",
        copy=False,
        help="Empty: the customer's usual one; G02 in a credit note.",
    )
    cfdi_relation_type = fields.Selection(
        lambda self: selection_of(entry for entry in catalogs.relation_types() if entry.key in _RELATIONS),
        "Relation",
        compute="_compute_cfdi_relation_type",
        store=True,
        readonly=False,
        copy=False,
    )
    cfdi_related_document_ids = fields.Many2many(
        "gym.cfdi.document",
        "account_move_cfdi_related_rel",
        "move_id",
        "document_id",
        string="Related CFDI",
        copy=False,
        domain="[('uuid', '!=', False), ('company_id', '=', company_id), ('document_type', '!=', 'P')]",
        help="For a credit or debit note made from an invoice, that invoice without saying so here.",
    )
    cfdi_to_global = fields.Boolean(
        "In the Global Invoice",
        compute="_compute_cfdi_to_global",
        store=True,
        readonly=False,
        copy=False,
        help="Sales to customers without an RFC are stated together, in the invoice to the general public.",
    )
    cfdi_document_ids = fields.One2many("gym.cfdi.document", "move_id", "CFDI", readonly=True)
    cfdi_document_id = fields.Many2one(
        "gym.cfdi.document", "CFDI in Force", compute="_compute_cfdi_document_id", store=True, index="btree_not_null"
    )
    cfdi_state = fields.Selection(
        related="cfdi_document_id.state", string="CFDI State", store=True, index="btree_not_null"
    )
    cfdi_uuid = fields.Char(related="cfdi_document_id.uuid", string="UUID")
    is_cfdi_test = fields.Boolean(related="cfdi_document_id.is_test", string="CFDI without Fiscal Validity")
    cfdi_deadline = fields.Datetime(related="cfdi_document_id.deadline", string="Stamp Before")
    is_cfdi = fields.Boolean(
        compute="_compute_is_cfdi",
        search="_search_is_cfdi",
        help="Whether this move is an invoice or credit note of a company that issues CFDI.",
    )

    # === COMPUTE === #

    @api.depends("move_type", "company_id.cfdi_active", "company_id.country_id")
    def _compute_is_cfdi(self):
        for move in self:
            move.is_cfdi = move.move_type in ("out_invoice", "out_refund") and move.company_id.cfdi_active

    def _search_is_cfdi(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = Domain("move_type", "in", ("out_invoice", "out_refund")) & Domain("company_id.cfdi_active", "=", True)
        return domain if True in value else ~domain

    @api.depends(
        "move_type",
        "invoice_date",
        "invoice_date_due",
        "invoice_payment_term_id",
        "preferred_payment_method_line_id",
        "journal_id",
        "reversed_entry_id",
        "payment_state",
        "amount_total",
        "cfdi_payment_method_chosen",
        "cfdi_payment_form_chosen",
    )
    def _compute_cfdi_payment(self):
        sales = self.filtered(lambda move: move.move_type in ("out_invoice", "out_refund"))
        others = self - sales
        others.cfdi_payment_method = others.cfdi_payment_form = False
        said = sales.filtered(lambda move: move.cfdi_document_id.state in _FIXED)
        paid_forms = (sales - said)._get_cfdi_paid_forms()
        for move in said:
            move.cfdi_payment_method = move.cfdi_payment_method
            move.cfdi_payment_form = move.cfdi_payment_form
        for move in sales - said:
            method, form = move._decide_cfdi_payment(paid_forms.get(move.id))
            move.cfdi_payment_method = method
            move.cfdi_payment_form = form

    def _decide_cfdi_payment(self, paid_form):
        """Return method and form of payment: as chosen, else as paid, else as agreed.

        :param paid_form: the form in which the whole was paid already, or ``None``
        """
        is_credit = self.move_type == "out_refund"
        currency = self.currency_id or self.company_currency_id  # a form may be without for a moment
        if not is_credit and self.invoice_line_ids and currency.is_zero(self.amount_total):
            paid_form = COMPENSATION
        issued = self.invoice_date or (self.company_id or self.env.company)._today()
        form = self.cfdi_payment_form_chosen or paid_form or self._get_cfdi_expected_form()
        due = issued if paid_form else self.invoice_date_due or issued
        instalments = 1 if paid_form else len(self.invoice_payment_term_id.line_ids)
        method = self.cfdi_payment_method_chosen or payment_method(issued, due, form, is_credit, instalments)
        return method, payment_form(method, form, is_credit)

    def _get_cfdi_expected_form(self):
        """Return how the money is expected: by the invoice's payment method, the invoice it credits, the journal."""
        return (
            self.preferred_payment_method_line_id.cfdi_payment_form
            or (self.move_type == "out_refund" and self.reversed_entry_id.cfdi_payment_form)
            or self.journal_id.cfdi_payment_form
            or None
        )

    def _inverse_cfdi_payment_method(self):
        for move in self:
            move.cfdi_payment_method_chosen = move.cfdi_payment_method

    def _inverse_cfdi_payment_form(self):
        for move in self:
            move.cfdi_payment_form_chosen = move.cfdi_payment_form

    @api.depends("reversed_entry_id")
    def _compute_cfdi_relation_type(self):
        for move in self:
            move.cfdi_relation_type = move.cfdi_relation_type or move._get_cfdi_origin()[0]

    @api.depends("commercial_partner_id.vat", "commercial_partner_id.country_id", "move_type", "reversed_entry_id")
    def _compute_cfdi_to_global(self):
        for move in self:
            if move.state in ("posted", "cancel"):
                move.cfdi_to_global = move.cfdi_to_global
            else:
                is_sale = move.move_type in ("out_invoice", "out_refund") and move.partner_id
                move.cfdi_to_global = is_sale and move._get_cfdi_receptor()._get_cfdi_rfc() == GENERIC_NATIONAL

    @api.depends("cfdi_document_ids.state")
    def _compute_cfdi_document_id(self):
        for move in self:
            documents = move.cfdi_document_ids.sorted("id", reverse=True)
            in_force = documents.filtered(lambda document: document.state != document_state.CANCELLED)
            move.cfdi_document_id = (in_force or documents)[:1]

    @api.depends("cfdi_state")
    def _compute_need_cancel_request(self):
        return super()._compute_need_cancel_request()

    # === ACTIONS === #

    def action_cfdi_stamp(self):
        """Have the CFDI of these invoices stamped: at once what waits or was rejected, by a job what is recorded now.

        The outbox works in transactions of its own: what this one writes to a document would make it wait for ever.
        """
        self.check_access("write")
        moves = self.filtered(lambda move: move.state == "posted" and move.is_cfdi)
        open_states = (*document_state.PENDING, document_state.REJECTED)
        documents = moves.cfdi_document_id.filtered(lambda document: document.state in open_states)
        (moves - documents.move_id)._record_cfdi_intention(is_asked=True)
        return documents.action_stamp_now() if documents else None

    def action_cfdi_documents(self):
        """Open the CFDI that this invoice has had."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("gym_cfdi.gym_cfdi_document_action")
        return {**action, "domain": [("move_id", "=", self.id)]}

    def action_cfdi_xml(self):
        """Download the stamped XML."""
        self.ensure_one()
        self.check_access("read")
        document = self.cfdi_document_id
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{document._name}/{document.id}/xml/{document.xml_filename}?download=true",
            "target": "download",
        }

    def button_draft(self):
        """Withdraw what has not been sent: the invoice will say something else when it is posted again."""
        result = super().button_draft()
        self.cfdi_document_id.filtered(lambda document: document.state in document_state.NOT_STAMPED)._transition(
            "withdraw"
        )
        return result

    def _need_cancel_request(self):
        return super()._need_cancel_request() or self.sudo().cfdi_document_id.state in _SAID

    def button_request_cancel(self):
        """Cancel before the SAT first; the entry is cancelled when the SAT says so."""
        if self.cfdi_document_id.state not in _SAID:
            return super().button_request_cancel()
        return self.cfdi_document_id.action_request_cancel()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_cfdi(self):
        if self.sudo().cfdi_document_ids:
            raise UserError(
                self.env._("An invoice that has or had a CFDI is kept with it. Cancel it instead of deleting it.")
            )

    # === INTENTION === #

    def _post(self, soft=True):
        self.mapped("cfdi_to_global")  # computed while they are drafts: afterwards they keep what they have
        posted = super()._post(soft)
        posted._record_cfdi_intention()
        return posted

    def _record_cfdi_intention(self, is_asked=False):
        """Record that these posted invoices and credit notes need a CFDI, and hand them to the outbox.

        Called for every batch that is posted. A move has at most one document that is not cancelled: one that has it is
        passed over; what was rejected is tried again when somebody asks. Nothing here calls a PAC, so posting never
        waits for one.

        :param bool is_asked: somebody asked for these very invoices, customers without RFC too
        :return: the documents recorded now
        """
        moves = self.filtered(
            lambda move: move.is_cfdi
            and move.state == "posted"
            and (is_asked or not (move.cfdi_to_global or move._is_before_cfdi()))
        )
        if not moves:
            return self.env["gym.cfdi.document"]
        in_force = moves.sudo().cfdi_document_id.filtered(lambda document: document.state != document_state.CANCELLED)
        if is_asked:
            in_force.filtered(lambda document: document.state == document_state.REJECTED)._retry()
        self.env["gym.cfdi.document"].flush_model(["state"])  # the index that admits one sees what was withdrawn now
        new = moves - self.browse(in_force.move_id.ids)
        new.filtered("cfdi_to_global").cfdi_to_global = False
        return self.env["gym.cfdi.document"]._record([move._prepare_cfdi_document() for move in new])

    def _prepare_cfdi_document(self):
        """Return the values with which the document of this move is recorded; sealing states them for good."""
        self.ensure_one()
        is_credit = self.move_type == "out_refund"
        place = self.journal_id._get_cfdi_place()
        partner = self._get_cfdi_receptor()
        receptor = partner._get_cfdi_receptor(place, self.cfdi_use or None, is_credit)
        series, folio = series_and_folio(self.name)
        return {
            "company_id": self.company_id.id,
            "kind": "credit_note" if is_credit else "invoice",
            "document_type": CREDIT if is_credit else INCOME,
            "move_id": self.id,
            "partner_id": partner.id,
            "series": series,
            "folio": folio,
            "receptor_rfc": receptor.rfc,
            "receptor_name": receptor.nombre,
            "currency_id": self.currency_id.id,
            "amount_total": self.amount_total,
            "place_zip": place,
            "relation_type": self.cfdi_relation_type,
            "related_ids": [fields.Command.set(self._get_cfdi_related_documents().ids)],
        }

    def _is_before_cfdi(self):
        """Tell whether this invoice is older than the company's first CFDI here: other software stamped it."""
        self.ensure_one()
        since = self.company_id.cfdi_since
        return bool(since and self.invoice_date and self.invoice_date < since)

    # === GETTERS === #

    def _get_cfdi_receptor(self):
        """Return the contact that the CFDI is made out to: of a credit note, that of the invoice it credits."""
        self.ensure_one()
        if self.move_type == "out_refund" and self.reversed_entry_id:
            return self.reversed_entry_id._get_cfdi_receptor()
        return self.commercial_partner_id

    def _get_cfdi_origin(self):
        """Return how this move relates to the one it was made from, as (key of c_TipoRelacion, move).

        Debit notes exist when the addon ``account_debit_note`` is installed.
        """
        self.ensure_one()
        if self.move_type == "out_refund" and self.reversed_entry_id:
            return _CREDIT_NOTE, self.reversed_entry_id
        if "debit_origin_id" in self._fields and self.debit_origin_id:
            return _DEBIT_NOTE, self.debit_origin_id
        return False, self.browse()

    def _get_cfdi_related_documents(self):
        """Return the documents that the CFDI of this move relates to, those of its origin when none was named."""
        self.ensure_one()
        if not self.cfdi_relation_type:
            return self.env["gym.cfdi.document"]
        named = self.cfdi_related_document_ids
        origin = self._get_cfdi_origin()[1].cfdi_document_id
        return named or origin.filtered(lambda document: document.state != document_state.CANCELLED)

    def _get_cfdi_paid_forms(self):
        """Return {id: form in which most was paid} of the posted invoices that are wholly paid, credit notes left out.

        Also left out: invoices of which a payment complement was noted, which were paid in parts. One query. The form
        is that of :meth:`_get_cfdi_receipt_form`.
        """
        paid = self.filtered(
            lambda move: move.move_type == "out_invoice"
            and isinstance(move.id, int)
            and move.state == "posted"
            and move.payment_state in ("paid", "in_payment")
        )
        if not paid:
            return {}
        self.env.flush_all()
        query = SQL(
            """
            SELECT DISTINCT ON (invoice_line.move_id) invoice_line.move_id, form.key
              FROM account_partial_reconcile part
              JOIN account_move_line invoice_line ON invoice_line.id = part.debit_move_id
              JOIN account_account account ON account.id = invoice_line.account_id
              JOIN account_move_line credit_line ON credit_line.id = part.credit_move_id
              JOIN account_move receipt ON receipt.id = credit_line.move_id
         LEFT JOIN account_payment payment ON payment.id = receipt.origin_payment_id
         LEFT JOIN account_payment_method_line method ON method.id = payment.payment_method_line_id
              JOIN account_journal journal ON journal.id = receipt.journal_id
        CROSS JOIN LATERAL (
               SELECT COALESCE(
                   receipt.cfdi_payment_form_chosen, method.cfdi_payment_form, journal.cfdi_payment_form
               ) AS key
             ) form
             WHERE invoice_line.move_id IN %s
               AND account.account_type = 'asset_receivable'
               AND (receipt.origin_payment_id IS NOT NULL OR receipt.statement_line_id IS NOT NULL)
               AND form.key IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM gym_cfdi_payment_part told WHERE told.invoice_id = invoice_line.move_id)
          ORDER BY invoice_line.move_id, part.amount DESC
            """,
            paid._ids,
        )
        return dict(self.env.execute_query(query))
