from urllib.parse import quote

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_amount


class GymOwingReport(models.Model):
    """Who owes overdue dues at a branch, with how to reach them: the invoices of a payer are one row.

    Overdue is by the day of the branch. What was handed over or given up is somebody else's to collect.
    """

    _name = "gym.owing.report"
    _description = "Who Owes"
    _auto = False
    _order = "date_due, id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", string="Owes", readonly=True)
    location_id = fields.Many2one("gym.location", string="Branch", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount = fields.Monetary(string="Owed", readonly=True, help="Overdue dues that are still open, IVA included.")
    date_due = fields.Date(string="Since", readonly=True)
    invoice_count = fields.Integer(string="Invoices", readonly=True)
    case_id = fields.Many2one("gym.dunning.case", readonly=True)
    promised_on = fields.Date(related="case_id.promised_on")
    member_id = fields.Many2one("gym.member", compute="_compute_contact")
    plan_names = fields.Char(string="Plans", compute="_compute_contact")
    phone = fields.Char(compute="_compute_contact")
    email = fields.Char(compute="_compute_contact")

    @api.depends("partner_id", "location_id")
    def _compute_contact(self):
        """Find for each payer the phone and, first of all, the membership that they pay at the branch."""
        rows = self.sudo()
        paid = rows.env["gym.subscription"].search(
            [
                ("payer_id", "in", rows.partner_id.ids),
                ("location_id", "in", rows.location_id.ids),
                ("state", "!=", "draft"),
            ],
            order="id desc",
        )
        by_row = paid.grouped(lambda one: (one.payer_id, one.location_id))
        for row in self:
            partner = row.sudo().partner_id
            of_row = by_row.get((partner, row.sudo().location_id), paid.browse())
            row.member_id = (of_row.member_id[:1] or partner.gym_member_ids[:1]).id
            row.plan_names = ", ".join(of_row.plan_id.mapped("name"))
            row.phone = partner.phone or row.sudo().member_id.phone
            row.email = partner.email

    @property
    def _table_query(self):
        locations = self.env["gym.location"].sudo().with_context(active_test=False).search([("kind", "=", "branch")])
        return SQL(
            """
            SELECT MIN(move.id) AS id, move.partner_id, move.gym_location_id AS location_id, move.company_id,
                   company.currency_id, SUM(move.amount_residual_signed) AS amount,
                   MIN(move.invoice_date_due) AS date_due, COUNT(*) AS invoice_count, MIN(one.id) AS case_id
              FROM unnest(%(locations)s::int[], %(days)s::date[]) AS clock(location_id, today)
              JOIN account_move move
                ON move.gym_location_id = clock.location_id AND move.invoice_date_due < clock.today
              JOIN res_company company ON company.id = move.company_id
              LEFT JOIN gym_dunning_case one
                ON one.partner_id = move.partner_id AND one.location_id = move.gym_location_id AND one.state = 'open'
             WHERE move.gym_location_id IS NOT NULL AND move.state = 'posted' AND move.move_type = 'out_invoice'
               AND move.amount_residual_signed > 0 AND move.gym_dunning_case_id IS NULL
             GROUP BY move.partner_id, move.gym_location_id, move.company_id, company.currency_id
            """,
            locations=locations.ids,
            days=[str(location._today()) for location in locations],
        )

    @api.model
    def _get_owed(self, locations):
        """Return {id of a branch: what is overdue there}, of those that the user may see."""
        groups = self._read_group([("location_id", "in", locations.ids)], ["location_id"], ["amount:sum"])
        return {location.id: amount for location, amount in groups}

    # === WHAT TO DO === #

    def action_whatsapp(self):
        """Open WhatsApp with a message to the payer: what is open, and where it is paid."""
        self._check_may_reach()
        number = self._get_whatsapp_number()
        url = f"https://wa.me/{number}?text={quote(self._get_reminder())}"
        return {"type": "ir.actions.act_url", "url": url, "target": "new"}

    def action_call(self):
        """Dial the payer on a device that can."""
        self._check_may_reach()
        return {"type": "ir.actions.act_url", "url": f"tel:+{self._get_whatsapp_number()}", "target": "self"}

    def action_take_payment(self):
        """Open the dialog in which money is taken for the member whose dues are owed."""
        self._check_may_reach()
        if not self.member_id:
            raise UserError(self.env._("%(name)s pays for no member here.", name=self.sudo().partner_id.name))
        return self.member_id.action_take_payment()

    def action_open_case(self):
        """Open what was done so far to collect it, to note a promise or a conversation."""
        self._check_may_reach()
        if not self.case_id:
            raise UserError(self.env._("Nothing has been done yet to collect this; the first step comes tonight."))
        return {
            "type": "ir.actions.act_window",
            "res_model": "gym.dunning.case",
            "res_id": self.case_id.id,
            "views": [(False, "form")],
        }

    def action_promise(self):
        """Ask for the day on which the payer promised to pay."""
        self._check_may_reach()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Promised to pay"),
            "res_model": "gym.owing.promise",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_partner_id": self.partner_id.id, "default_location_id": self.location_id.id},
        }

    def _begin_collecting(self):
        """Open the case of this debt as the night would, for who may see the debt and write its case.

        :raise AccessError: for them
        :raise UserError: when it is too little to be followed
        """
        self._check_may_reach()
        cases = self.env["gym.dunning.case"]
        cases.check_access("write")
        moves = (
            self.env["account.move"]
            .sudo()
            .search(
                cases.sudo()._get_uncollected_domain()
                & Domain("partner_id", "=", self.partner_id.id)
                & Domain("gym_location_id", "=", self.location_id.id)
            )
        )
        opened = cases.sudo()._open_cases(moves)
        if not opened:
            raise UserError(self.env._("This debt is too small to be followed."))
        return cases.browse(opened.ids)

    def _check_may_reach(self):
        """Stop who may not see this row before anything is made for it: a link that pays opens an invoice.

        :raise AccessError: for them
        """
        self.ensure_one()
        self.check_access("read")

    def _get_whatsapp_number(self):
        """Return the payer's number with its country, digits only.

        :raise UserError: when there is none
        """
        partner = self.sudo().partner_id
        number = partner.phone_sanitized or self.sudo().member_id.phone_sanitized
        if not number:
            raise UserError(
                self.env._(
                    "%(name)s has no phone that can be dialed. Write it on their record, with 10 digits.",
                    name=partner.name,
                )
            )
        return "".join(filter(str.isdigit, number))

    def _get_reminder(self):
        """Return the message, in the payer's language, with the link that pays the oldest invoice."""
        partner = self.sudo().partner_id
        env = self.with_context(lang=partner.lang or self.env.lang).env
        return env._(
            "Hello %(name)s, this is %(gym)s. %(amount)s of your dues are open. You can pay them here: %(link)s",
            name=partner.name.split()[0],
            gym=self.sudo().location_id.name,
            amount=format_amount(env, self.amount, self.currency_id),
            link=self._get_payment_link(),
        )

    def _get_payment_link(self):
        """Return the address on which the oldest of these invoices is paid, also by who has no account."""
        moves = self.env["account.move"].sudo()
        move = moves.search(
            moves._get_open_dues_domain()
            & Domain("partner_id", "=", self.partner_id.id)
            & Domain("gym_location_id", "=", self.location_id.id),
            order="invoice_date_due, id",
            limit=1,
        )
        return f"{move.get_base_url()}{move.get_portal_url()}"
