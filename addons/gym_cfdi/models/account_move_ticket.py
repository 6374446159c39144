from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

from ..domain import document_state, rfc, ticket_code
from ..domain.fiscal_form import FiscalData


class AccountMove(models.Model):
    """Sales to the general public that a customer turns into an invoice of their own (self-invoicing)."""

    _inherit = "account.move"

    cfdi_receptor_id = fields.Many2one(
        "res.partner",
        string="CFDI Made Out To",
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="Who asked for this sale to be invoiced to them. Empty: the customer of the entry.",
    )
    cfdi_send_to = fields.Char(
        "Send CFDI To", copy=False, readonly=True, help="Where the XML and the PDF are sent once it is stamped."
    )

    cfdi_ticket_code = fields.Char(
        "Code for Self-Invoicing",
        compute="_compute_cfdi_ticket_code",
        help="Printed on the receipt. With the number and the code a customer gets the CFDI on the page /factura. "
        "Empty when the sale cannot be invoiced there (any more).",
    )

    @api.depends("state", "invoice_date", "cfdi_receptor_id", "cfdi_to_global", "cfdi_document_id", "payment_state")
    def _compute_cfdi_ticket_code(self):
        secret = self.env["ir.config_parameter"].sudo().get_param("database.secret")
        for move in self:
            may_be = move.id and move.sudo()._may_be_cfdi_ticket()
            move.cfdi_ticket_code = ticket_code.code_of(secret, move.id) if may_be else False

    @api.model
    def _find_cfdi_ticket(self, number, code):
        """Return, in sudo, the sale that a ticket shows, if its customer may still have it invoiced here.

        Numbers repeat from company to company; the code is of one entry.

        :param str number: as printed on the ticket or receipt
        :param str code: printed beside it; who holds the ticket knows both
        :return: one entry, or an empty recordset for whatever reason: a stranger must not learn which
        """
        if not number:
            return self.sudo().browse()
        found = self.sudo().search(self._get_cfdi_ticket_domain(number), limit=20)
        return found.filtered(lambda move: move.cfdi_ticket_code and ticket_code.is_same(move.cfdi_ticket_code, code))[
            :1
        ]

    @api.model
    def _get_cfdi_ticket_domain(self, number):
        return [
            ("company_id", "in", self._get_cfdi_ticket_companies().ids),
            "|",
            ("name", "in", ticket_code.spellings_of(number)),
            ("payment_reference", "in", ticket_code.spellings_of(number)),
        ]

    @api.model
    def _get_cfdi_ticket_companies(self):
        """Return, in sudo, the companies whose tickets are invoiced at the address of the one switched on.

        With Odoo's websites that is the company of the site that is visited; one with a site of its own elsewhere is
        not served here, as several without one share an address.
        """
        companies = self.env["res.company"].sudo()
        here = {self.env.company.get_base_url(), companies.get_base_url()}
        found = companies.search([("cfdi_active", "=", True), ("cfdi_self_invoicing", "=", True)])
        return found.filtered(lambda company: company.get_base_url() in here)

    def _may_be_cfdi_ticket(self):
        """Tell whether the entry is a sale, still a ticket, of a company whose tickets are invoiced on the page."""
        self.ensure_one()
        return (
            self.move_type == "out_invoice"
            and self.state == "posted"
            and self.company_id.cfdi_active
            and self.company_id.cfdi_self_invoicing
            and self._is_cfdi_ticket()
        )

    def _is_cfdi_ticket(self):
        """Tell whether the sale is of this month, at the place that issues, stands, and was has no CFDI of its own."""
        self.ensure_one()
        today = self.company_id._get_cfdi_now(self.journal_id._get_cfdi_place()).date()
        return (
            self.invoice_date.replace(day=1) == today.replace(day=1)
            and not self.cfdi_receptor_id
            and self._has_cfdi_to_come()
            and not self.cfdi_document_id
            and self.payment_state != "reversed"
            and self._can_leave_global()
        )

    def _has_cfdi_to_come(self):
        """Tell whether nothing states the sale yet: it waits for a global invoice, or its CFDI was never asked for."""
        is_public = rfc.is_generic(self.commercial_partner_id._get_cfdi_rfc())
        return self.cfdi_to_global or is_public or not self._is_before_cfdi()

    def _get_cfdi_portal_note(self):
        """Return, for the customer's page of this invoice, why it has no CFDI and what to do; empty when it has."""
        self.ensure_one()
        if not self.is_cfdi or self.state != "posted" or self._get_cfdi_portal_documents():
            return ""
        if self.cfdi_ticket_code:
            last = (self.invoice_date.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
            return self.env._("You can get its CFDI until %(day)s.", day=format_date(self.env, last))
        return self._get_cfdi_missing_reason()

    def _get_cfdi_missing_reason(self):
        if self.cfdi_document_id.state == document_state.REJECTED:
            return self.env._(
                "Its CFDI is not stamped yet: the SAT does not accept the fiscal data. Correct them under “Fiscal "
                "data” and tell the desk."
            )
        if self.cfdi_document_id:
            return self.env._("Its CFDI is being stamped. It will be here in a few minutes.")
        if self._is_before_cfdi():
            return self.env._("Its CFDI was not made with this system. Ask for it at the desk.")
        return self.env._("Its month is over and it was declared to the general public. Ask at the desk.")

    def _make_cfdi_nominative(self, data, email):
        """Have the sale invoiced to the customer who holds its ticket.

        Contacts that exist are never changed by what a stranger typed: one with the very same fiscal data is used,
        else a new one is made.

        :param FiscalData data: without errors
        :param str email: where XML and PDF go
        """
        self.ensure_one()
        receptor = self._ensure_ticket_holder(data, email)
        self.write({"cfdi_receptor_id": receptor.id, "cfdi_use": data.use, "cfdi_send_to": email})
        self._record_cfdi_intention(is_asked=True)

    def _get_cfdi_receptor(self):
        return self.cfdi_receptor_id or super()._get_cfdi_receptor()

    def _ensure_ticket_holder(self, data: FiscalData, email):
        partners = self.env["res.partner"].sudo()
        values = partners._prepare_fiscal_values(data)
        same = partners.search([("vat", "=", data.rfc), ("parent_id", "=", False)]).filtered(
            lambda partner: partner._get_fiscal_form() | {"use": data.use} == data.as_dict()
        )
        return same[:1] or partners.create(
            values | {"name": data.name, "email": email, "company_type": "company" if len(data.rfc) == 12 else "person"}
        )
