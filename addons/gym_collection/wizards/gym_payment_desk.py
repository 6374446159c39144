from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from odoo.addons.gym_subscriptions.domain.proration import ZERO
from odoo.addons.gym_subscriptions.models.money import add_up, to_decimal

from ..domain.cash_limits import why_not
from ..domain.dunning import Debt, settle


class GymPaymentDesk(models.TransientModel):
    """Everything a payer owes in one dialog: take cash or a transfer, or hand out the link to pay."""

    _name = "gym.payment.desk"
    _description = "Payment at the Desk"
    _inherit = ["gym.cash.day"]
    _about = "member_id"

    member_id = fields.Many2one("gym.member", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="member_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    payer_name = fields.Char(string="Paid By", compute="_compute_owed")
    amount_owed = fields.Monetary(string="Owed", compute="_compute_owed")
    credit = fields.Monetary(compute="_compute_owed", help="What the payer has left from before.")
    owed = fields.Text(string="Invoices", compute="_compute_owed")
    awaited = fields.Text(
        string="Money on Its Way", compute="_compute_owed", help="Charges and vouchers that may still pay what is owed."
    )
    link = fields.Char(
        string="Payment Link", compute="_compute_owed", help="Pays the oldest invoice; no account needed."
    )
    amount = fields.Monetary(string="Received", compute="_compute_amount", store=True, readonly=False, precompute=True)
    memo = fields.Char(string="Reference", help="Of the transfer or deposit.")
    tendered = fields.Monetary(string="Handed Over", help="Of cash, to work out the change. Empty: the exact amount.")
    change = fields.Monetary(compute="_compute_change")
    outcome = fields.Text(string="What It Pays", compute="_compute_outcome")
    # what was booked; not for the desk to write, or it would open the receipt of any payment
    payment_id = fields.Many2one("account.payment", readonly=True, groups="base.group_system")
    folio = fields.Char(string="Receipt", readonly=True)
    receipt_lack = fields.Text(string="Not Possible", compute="_compute_receipt_lack")
    has_phone = fields.Boolean(compute="_compute_receipt_lack")
    has_email = fields.Boolean(compute="_compute_receipt_lack")

    def _get_payer(self):
        """Return, in sudo, the payer of the member; the user may read the member."""
        self.ensure_one()
        self.member_id.sudo(False).check_access("read")
        member = self.member_id.sudo()
        return member.payer_id or member.partner_id

    def _get_moves(self):
        """Return, in sudo, the open invoices of dues of the payer, the oldest first."""
        return self._get_payer()._get_gym_open_dues(self.sudo().company_id)

    @api.depends("member_id")
    def _compute_owed(self):
        for desk in self:
            moves, payer = desk._get_moves(), desk._get_payer()
            desk.payer_name = payer.name
            desk.amount_owed = add_up(moves.mapped("amount_residual"))
            desk.credit = payer._get_gym_credit(desk.sudo().company_id)
            desk.owed = "\n".join(
                f"{move.payment_reference or move.name} · {format_date(self.env, move.invoice_date_due)} · "
                f"{desk.currency_id.format(move.amount_residual)}"
                for move in moves
            )
            desk.awaited = "\n".join(moves._describe_awaited())
            first = moves[:1]
            desk.link = f"{first.get_base_url()}{first.get_portal_url()}" if first else False

    @api.depends("member_id")
    def _compute_amount(self):
        for desk in self:
            desk.amount = desk._get_still_owed()

    def _get_still_owed(self):
        """Return what is owed beyond the credit: ``Decimal``, 0 or more."""
        return max(ZERO, to_decimal(self.amount_owed) - to_decimal(self.credit))

    @api.depends("amount", "tendered")
    def _compute_change(self):
        for desk in self:
            desk.change = max(ZERO, to_decimal(desk.tendered) - to_decimal(desk.amount))

    @api.depends("member_id")
    def _compute_receipt_lack(self):
        for desk in self:
            payer = desk._get_payer()
            desk.has_phone, desk.has_email = bool(payer.phone_sanitized), bool(payer.email)
            lacks = [] if desk.has_phone else [self.env._("No WhatsApp: %(name)s has no phone here.", name=payer.name)]
            lacks += [] if payer.email else [self.env._("No e-mail: %(name)s has no address here.", name=payer.name)]
            desk.receipt_lack = "\n".join(lacks)

    def _get_today(self):
        """Return today at the member's branch."""
        return self.sudo().member_id.location_id._today()

    @api.depends("amount", "member_id")
    def _compute_outcome(self):
        for desk in self:
            desk.outcome = desk._describe_outcome() if desk.amount > 0 else False

    def _describe_outcome(self):
        """Return in words which invoices the amount pays and what is left."""
        moves = self._get_moves()
        debts = [Debt(move.id, move.invoice_date_due, to_decimal(move.amount_residual)) for move in moves]
        settled = settle(debts, add_up((self.amount, self.credit)), self.date or self._get_today())
        texts = [
            f"{move.name}: {self.currency_id.format(settled.paid[move.id])}"
            for move in moves
            if move.id in settled.paid
        ]
        if settled.credit:
            amount = self.currency_id.format(settled.credit)
            texts.append(self.env._("Kept for the next invoice: %(amount)s", amount=amount))
        if settled.still_owed:
            amount = self.currency_id.format(settled.still_owed)
            texts.append(self.env._("Still owed: %(amount)s", amount=amount))
        elif moves:
            texts.append(self.env._("Nothing is owed any more: access is open."))
        return "\n".join(texts)

    def action_confirm(self):
        """Record the money: it pays the oldest invoices first, and the rest is kept for the next one."""
        self.ensure_one()
        groups = ("gym_members.group_gym_frontdesk", "gym_members.group_gym_accountant")
        if not any(self.env.user.has_group(group) for group in groups):
            raise AccessError(self.env._("Only the front desk and the accountant take payments."))
        if not self._begin_once():
            return {"type": "ir.actions.act_window_close"}
        self._check_limits()
        self._take_money(self._get_journal(self.sudo().company_id))
        return self._open_receipt()

    # === RECEIPT === #

    def _open_receipt(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Payment Received"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(self.env.ref("gym_collection.gym_payment_desk_view_receipt").id, "form")],
            "target": "new",
        }

    def _get_payment(self):
        """Return, in sudo, what this dialog booked.

        :raise UserError: when nothing was received yet
        """
        self.ensure_one()
        self.check_access("read")
        if not (payment := self.sudo().payment_id):
            raise UserError(self.env._("There is no receipt yet: nothing was received in this dialog."))
        return payment

    def action_open_receipt(self):
        """Open the receipt on paper, or WhatsApp with its link, as the context says (``receipt_as``)."""
        payment = self._get_payment()
        kind = self.env.context.get("receipt_as", "carta")
        if kind == "whatsapp":
            url = payment.with_context(lang=payment.partner_id.lang)._get_gym_whatsapp_link()
            if not url:
                raise UserError(self.receipt_lack)
        else:
            url = payment._get_gym_receipt_url("80mm" if kind == "80mm" else "carta")
        return {"type": "ir.actions.act_url", "url": url, "target": "new"}

    def action_mail_receipt(self):
        """Mail the receipt to the payer."""
        payment = self._get_payment()
        if not payment.partner_id.email:
            raise UserError(self.receipt_lack)
        self.env.ref("gym_collection.mail_template_receipt").sudo().send_mail(payment.id)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("On its way to %(email)s.", email=payment.partner_id.email),
            },
        }

    def _check_limits(self):
        """Refuse days and amounts that the user may not book.

        :raise UserError: with the limit and the role that may go beyond it
        """
        company, today = self.sudo().company_id, self._get_today()
        if self.tendered and to_decimal(self.tendered) < to_decimal(self.amount):
            raise UserError(
                self.env._(
                    "%(tendered)s was handed over, less than what is received. Correct one of them.",
                    tendered=self.currency_id.format(self.tendered),
                )
            )
        limits = self._get_limits(company)
        owed = self._get_still_owed()
        code = why_not(self.date, today, to_decimal(self.amount), owed, limits)
        self._check_day_code(code, today, limits)
        if code == "too_much":
            most = self.currency_id.format(owed + to_decimal(company.gym_cash_over))
            raise UserError(
                self.env._("The front desk takes up to %(amount)s here. Ask a manager to take more.", amount=most)
            )

    def _take_money(self, journal):
        """Book what was received in ``journal``, and pay with it what is owed."""
        payer, location = self._get_payer(), self.sudo().member_id.location_id
        payment = journal._receive_gym_payment(payer, self.amount, self.date, self._get_moves(), self.memo)
        if self.tendered:
            payment.gym_tendered = self.tendered
        self.sudo().write({"payment_id": payment.id, "folio": payment.name})
        self._tell_other_day(payment, location, payer)
