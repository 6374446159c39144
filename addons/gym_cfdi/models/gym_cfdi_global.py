from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ..domain import catalogs, global_invoice
from ..domain.document_state import NOT_STAMPED
from ..domain.payment_method import fecha_of_period
from ..domain.periods import period_of, periods_over
from ..tools import language_of, selection_of

# How far back the cron looks for sales that no global invoice states
LOOK_BACK = timedelta(days=62)
SERIES = "GLB"


class GymCfdiGlobal(models.Model):
    """The invoice of a period's sales to customers without RFC at one place (RMF 2.7.1.21).

    A draft shows what it would state; issuing it takes the sales as they are then and hands a
    ``gym.cfdi.document`` of kind ``global`` to the outbox. It is cancelled with its document, and frees its sales then.
    """

    _name = "gym.cfdi.global"
    _description = "Global Invoice"
    _order = "date_start desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    place_zip = fields.Char("Place of Issue", required=True, readonly=True)
    periodicity = fields.Selection(lambda self: selection_of(catalogs.periodicities()), required=True, readonly=True)
    date_start = fields.Date("From", required=True, readonly=True)
    date_end = fields.Date("Ends Before", required=True, readonly=True, help="The day after the last one.")
    date_last = fields.Date("Until", compute="_compute_date_last", help="The last day of the period.")
    issue_by = fields.Date(compute="_compute_issue_by", help="24 hours after the period ends (RMF 2.7.1.21).")
    state = fields.Selection(
        [("draft", "Draft"), ("issued", "Issued"), ("cancelled", "Cancelled")],
        default="draft",
        required=True,
        readonly=True,
        index=True,
    )
    line_ids = fields.One2many("gym.cfdi.global.line", "global_id", readonly=True)
    document_id = fields.Many2one(
        "gym.cfdi.document", "CFDI", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    cfdi_state = fields.Selection(related="document_id.state", string="CFDI State")
    cfdi_uuid = fields.Char(related="document_id.uuid", string="UUID")
    problem_text = fields.Text(related="document_id.problem_text")
    amount_total = fields.Monetary("Total", compute="_compute_amounts", store=True)
    ticket_count = fields.Integer("Sales", compute="_compute_amounts", store=True)
    refused_count = fields.Integer("To Invoice by Themselves", compute="_compute_amounts", store=True)

    # === COMPUTE === #

    @api.depends("date_end")
    def _compute_date_last(self):
        for record in self:
            record.date_last = record.date_end and record.date_end - timedelta(days=1)

    @api.depends("date_start", "periodicity")
    def _compute_issue_by(self):
        for record in self:
            record.issue_by = record._get_period().issue_by if record.date_start and record.periodicity else False

    @api.depends("line_ids.amount_total", "line_ids.problem")
    def _compute_amounts(self):
        for record in self.sudo():
            stated = record.line_ids.filtered(lambda line: not line.problem)
            record.amount_total = sum(stated.mapped("amount_total"))
            record.ticket_count = len(set(stated.mapped("number")))
            record.refused_count = len(set((record.line_ids - stated).mapped("number")))

    @api.depends("place_zip", "date_start", "document_id.display_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for record in self:
            folio = record.document_id.display_name
            record.display_name = folio or f"{record.place_zip} {format_date(self.env, record.date_start)}"

    def _get_period(self):
        self.ensure_one()
        return period_of(self.date_start, self.periodicity)

    # === SALES === #

    @api.model
    def _get_global_tickets(self, company, zip_code, start, end):
        """Return the sales that a global invoice is still to state.

        A model of sales adds its own to what ``super()`` returns.

        :param str zip_code: place of issue
        :param date start: first civil day at that place, inclusive
        :param date end: exclusive
        :return: list of :class:`~..domain.global_invoice.Ticket`, each with its day and its record as ``reference``
        """
        moves = self.env["account.move"].sudo()._search_cfdi_tickets(company, zip_code, start, end)
        return list(moves._get_cfdi_tickets().values())

    @api.model
    def _get_global_places(self, company):
        """Return the postal codes at which a company sells to the general public; extended like the tickets."""
        journals = self.env["account.journal"].sudo().search([("type", "=", "sale"), ("company_id", "=", company.id)])
        return {place for place in (journal._get_cfdi_place() for journal in journals) if place}

    # === DRAFTS === #

    @api.model
    def _make(self, company, zip_code, period, tickets=None):
        """Return a new draft for a period, with the sales as they are now; empty when there is nothing to state.

        :param tickets: those of the period when they are known already
        """
        if tickets is None:
            tickets = self._get_global_tickets(company, zip_code, period.start, period.end)
        stated, refused = global_invoice.divide(global_invoice.join(tickets))
        if not stated and not refused:
            return self.browse()
        return self.sudo().create(
            {
                "company_id": company.id,
                "place_zip": zip_code,
                "periodicity": period.periodicity,
                "date_start": period.start,
                "date_end": period.end,
                "line_ids": [fields.Command.create(values) for values in self._prepare_lines(tickets, refused)],
            }
        )

    def _prepare_lines(self, tickets, refused):
        """Return the values of one line for each sale and return.

        :param tickets: of one record each
        :param refused: pairs of joined ticket and error, as :func:`~..domain.global_invoice.divide` returns them
        """
        language = language_of(self.env)
        problems = {ticket.number: f"{error.text(language)} {error.remedy(language)}" for ticket, error in refused}
        return [
            {
                "res_model": ticket.reference._name,
                "res_id": ticket.reference.id,
                "number": ticket.number,
                "day": ticket.day,
                "amount_total": float(ticket.total),
                "payment_form": ticket.payment_form,
                "problem": problems.get(ticket.number),
                "state": "refused" if ticket.number in problems else "stated",
            }
            for ticket in tickets
        ]

    # === ACTIONS === #

    def _check_may_issue(self):
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(self.env._("Only who makes invoices makes global invoices."))

    def action_refresh(self):
        """Show the sales as they are now."""
        self._check_may_issue()
        for record in self.sudo().filtered(lambda record: record.state == "draft"):
            fresh = record._make(record.company_id, record.place_zip, record._get_period())
            record.line_ids.unlink()
            fresh.line_ids.global_id = record
            fresh.unlink()

    def action_issue(self):
        """Hand the global invoice to the outbox, with the sales as they are now.

        :return: an action that lists them when it became several
        """
        self._check_may_issue()
        self.filtered(lambda record: record.state == "draft").action_refresh()
        issued = self.sudo()._issue()
        if len(issued) == len(self):
            return None
        action = self.env["ir.actions.act_window"]._for_xml_id("gym_cfdi.gym_cfdi_global_action")
        return {**action, "domain": [("id", "in", issued.ids)]}

    def action_discard(self):
        """Throw a draft away, or withdraw what was not stamped; its sales are free again."""
        self._check_may_issue()
        drafts = self.sudo().filtered(lambda record: record.state == "draft")
        (self - drafts)._withdraw()
        drafts.unlink()

    def _withdraw(self):
        for record in self:
            if record.document_id.state not in NOT_STAMPED:
                raise UserError(
                    self.env._(
                        "The CFDI of the global invoice %(name)s has been sent. Cancel it before the SAT instead.",
                        name=record.display_name,
                    )
                )
        self.document_id._transition("withdraw")

    def action_open_document(self):
        """Open the CFDI."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "gym.cfdi.document",
            "res_id": self.document_id.id,
            "view_mode": "form",
            "views": [[False, "form"]],
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_issued(self):
        if any(record.state != "draft" for record in self):
            raise UserError(self.env._("A global invoice that was issued is kept. Cancel its CFDI instead."))

    # === ISSUING === #

    def _issue(self):
        """Hold the sales of drafts and record their documents.

        :return: the global invoices, more than there were drafts where one document cannot hold all sales
        :raise UserError: when one has nothing to state, or its period is not over
        """
        for record in self.sudo():
            record._check_issue(record._get_stated_lines())
        issued = self.sudo()._split()
        for record in issued:
            record._get_stated_lines()._hold()
            document = self.env["gym.cfdi.document"]._record([record._prepare_document()])
            record.write({"state": "issued", "document_id": document.id})
        return issued

    def _get_stated_lines(self):
        return self.line_ids.filtered(lambda line: line.state == "stated")

    def _split(self):
        """Move sales of these drafts to others of the same periods until each document is one that a PAC takes.

        A sale and what was returned of it stay together; what no global invoice can state stays where it is.

        :return: all of them
        """
        drafts = self
        for record in self:
            lines = record._get_stated_lines().grouped("number")
            for chunk in record._get_chunks()[1:]:
                part = record.copy()
                self.env["gym.cfdi.global.line"].union(*(lines[number] for number in chunk)).global_id = part
                drafts |= part
        return drafts

    def _get_chunks(self):
        """Return the numbers of the tickets of each document, as :func:`~..domain.global_invoice.split` decides."""
        stated, _refused = global_invoice.divide(global_invoice.join(self._get_stated_lines()._get_tickets()))
        company = self.company_id
        most_bytes = self.env["gym.cfdi.pac"]._get_most_bytes(company)
        fecha = company._get_cfdi_now(self.place_zip)
        chunks = global_invoice.split(
            stated, company.cfdi_global_most_tickets, most_bytes, lambda chunk: self._measure(chunk, fecha)
        )
        return [[item.ticket.number for item in chunk] for chunk in chunks]

    def _measure(self, stated, fecha):
        """Return how many bytes the sealed document of these tickets would have."""
        issuer = self.company_id._get_cfdi_issuer()
        document = global_invoice.compose(stated, self._get_period(), issuer, self.place_zip, fecha)
        return global_invoice.bytes_of(document)

    def _check_issue(self, stated):
        if self.state != "draft":
            raise UserError(self.env._("The global invoice %(name)s was issued already.", name=self.display_name))
        if not stated or self.currency_id.is_zero(self.amount_total):
            raise UserError(self.env._("There is no sale that this global invoice could state."))
        if self.company_id._get_cfdi_now(self.place_zip).date() < self.date_end:
            raise UserError(
                self.env._(
                    "The period ends on %(day)s; issue its global invoice the day after.",
                    day=format_date(self.env, self.date_last),
                )
            )

    def _prepare_document(self):
        return {
            "company_id": self.company_id.id,
            "kind": "global",
            "document_type": "I",
            "global_id": self.id,
            "series": SERIES,
            "folio": self.env["ir.sequence"].sudo().next_by_code("gym.cfdi.global"),
            "currency_id": self.currency_id.id,
            "amount_total": self.amount_total,
            "place_zip": self.place_zip,
        }

    def _compose(self, fecha, document):
        """Return the :class:`~..domain.model.Comprobante`, or the list of what forbids it.

        :param datetime fecha: what the clock says at the place of issue
        """
        self.ensure_one()
        held = self.line_ids.filtered("is_held")
        stated, refused = global_invoice.divide(global_invoice.join(held._get_tickets()))
        if refused:
            return [error for _ticket, error in refused]
        period = self._get_period()
        return global_invoice.compose(
            stated,
            period,
            self.company_id._get_cfdi_issuer(),
            self.place_zip,
            fecha_of_period(period.last_day, fecha),
            serie=document.series,
            folio=document.folio,
        )

    def _free_sales(self):
        """The documents of these are cancelled, or were withdrawn: other documents may state their sales."""
        self.line_ids._free()
        self.write({"state": "cancelled"})

    def _on_document_cancelled(self):
        """What follows from a cancellation: sales that only waited for it are invoiced by name, and the others of
        their global invoice stated again at once."""
        leaving = self.line_ids.filtered(lambda line: line.state == "leaving" and not line.credit_document_id)
        leaving.write({"state": "left"})
        for records in leaving._get_records():
            records._record_nominative_cfdi()
        for record in leaving.global_id:
            record._make(record.company_id, record.place_zip, record._get_period())._issue_if_any()

    # === CRON === #

    @api.model
    def _cron_issue(self):
        """Issue what is due; runs every hour, may run twice: what is held is not found again."""
        companies = (
            self.env["res.company"].sudo().search([("cfdi_active", "=", True), ("cfdi_global_is_automatic", "=", True)])
        )
        self.env["ir.cron"]._do_each(companies, "_issue_cfdi_globals")

    @api.model
    def _issue_due(self, company, place):
        """Issue the global invoices of a place for the periods that are over and have sales.

        :return: the global invoices
        """
        today = company._get_cfdi_now(place).date()
        due = periods_over(today - LOOK_BACK, today, company.cfdi_global_periodicity)
        issued = self.browse()
        if not due:
            return issued
        by_period = {}
        for ticket in self._get_global_tickets(company, place, due[0].start, due[-1].end):
            by_period.setdefault(period_of(ticket.day, company.cfdi_global_periodicity), []).append(ticket)
        for period in sorted(by_period):
            issued |= self._make(company, place, period, by_period[period])._issue_if_any()
        return issued

    def _issue_if_any(self):
        """Issue drafts; those with nothing but sales that need an invoice of their own are thrown away.

        :return: the issued ones
        """
        worth = self.filtered(lambda record: any(line.state == "stated" for line in record.line_ids))
        (self - worth).unlink()
        return worth._issue()
