from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.gym_subscriptions.models.money import to_decimal

from ..domain.tenders import Due

MANAGER = "gym_members.group_gym_manager"
# What the server finds out; a till that sends it is not believed
OF_THE_SERVER = ("gym_dues_state", "gym_dues_problem", "gym_payment_ids")


class PosOrderLine(models.Model):
    """A line that collects dues: no sale, but money for invoices that there are.

    What was taken is booked with the ticket, in the same transaction. When that is impossible (a locked month, a
    member without invoice account), the ticket stands, the line waits with the reason and a job tries again: the money
    is in the till, whatever the books say.
    """

    _inherit = "pos.order.line"

    gym_member_id = fields.Many2one(
        "gym.member", string="Dues Of", ondelete="restrict", index="btree_not_null", copy=False
    )
    gym_dues_state = fields.Selection(
        [("waiting", "To Be Booked"), ("booked", "Booked"), ("undone", "Undone")],
        string="Dues",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    gym_dues_problem = fields.Text(string="Why Not Booked", readonly=True, copy=False)
    gym_payment_ids = fields.One2many("account.payment", "gym_pos_line_id", string="Payments of Dues")

    @api.model
    def _load_pos_data_fields(self, config):
        return [*super()._load_pos_data_fields(config), "gym_member_id"]

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            kept = [{name: value for name, value in vals.items() if name not in OF_THE_SERVER} for vals in vals_list]
            return super().create(kept)
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and (set(vals) & {*OF_THE_SERVER, "gym_member_id", "product_id"}):
            self._check_not_collected(vals)
        return super().write(vals)

    def _check_not_collected(self, vals):
        """Refuse to change what a line of dues collected, and what the server found out of any line.

        :raise AccessError: saying so
        """
        if set(vals) & set(OF_THE_SERVER) or self.filtered(lambda line: line.gym_dues_state == "booked"):
            raise AccessError(self.env._("Dues that a ticket collected are not changed. A manager gives them back."))

    def _is_dues(self):
        self.ensure_one()
        return self.product_id == self.env.ref("gym_pos.product_dues", raise_if_not_found=False)

    def _prepare_base_line_for_taxes_computation(self):
        """Book dues against the account that their payments clear, without a tax, whatever the till sent."""
        base_line = super()._prepare_base_line_for_taxes_computation()
        if self._is_dues():
            clearing = self.order_id.company_id._ensure_gym_pos_journal().default_account_id
            base_line |= {"account_id": clearing, "tax_ids": self.env["account.tax"]}
        return base_line

    # === BOOKING === #

    def _get_amount(self):
        return to_decimal(self.price_subtotal_incl)

    def _book_dues(self):
        """Book one line: payments of its member's invoices, or those of the line that it gives back undone.

        :raise UserError: with what is in the way
        """
        self.ensure_one()
        line = self.sudo()
        if line.gym_dues_state != "waiting":
            return
        if line._get_amount() > 0:
            self._check_member()
            line._receive_dues()
        else:
            self._undo_dues()
        line.write({"gym_dues_state": "booked", "gym_dues_problem": False})

    def _check_member(self):
        """Refuse dues of nobody, of another company, and of whom the user may not see; for a job, who made the ticket.

        :raise UserError: asking for a member
        """
        line = self.with_user(self.create_uid) if self.env.su else self
        member, company = line.gym_member_id, self.sudo().order_id.company_id
        if not member or not member.has_access("read") or member.sudo().company_id != company:
            raise UserError(self.env._("Choose whose dues these are, a member of %s.", company.name))

    def _receive_dues(self):
        member, order = self.gym_member_id, self.order_id
        payer = member.payer_id or member.partner_id
        journal = order.company_id._ensure_gym_pos_journal()
        for part in order._get_dues_parts(self):
            tender = self.env["pos.payment"].browse(part.tender)
            payment = journal._receive_gym_payment(
                payer,
                part.amount,
                order._get_dues_day(member),
                payer._get_gym_open_dues(order.company_id),
                order.pos_reference,
                journal._ensure_gym_pos_method(tender.payment_method_id),
            )
            payment.write({"gym_pos_line_id": self.id, "gym_pos_payment_id": tender.id})

    def _undo_dues(self):
        """Take back what an earlier line collected: its payments are cancelled and the debt is there again."""
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("A manager gives dues back."))
        line = self.sudo()
        given = line.refunded_orderline_id
        if not given.gym_payment_ids or given._get_amount() != -line._get_amount():
            raise UserError(self.env._("Dues are given back whole, with the ticket that collected them."))
        payments = given.gym_payment_ids
        payments.action_draft()
        payments.action_cancel()
        given.gym_dues_state = "undone"

    def _as_due(self):
        return Due(self.id, self._get_amount())

    # === WHAT WAITS === #

    def action_book_dues(self):
        """Try again to book what waits; a manager's press also approves what was given back."""
        self.check_access("read")
        if not self.env.user.has_group(MANAGER) and not self.env.user.has_group("gym_members.group_gym_accountant"):
            raise AccessError(self.env._("Managers and accountants book what waits."))
        for line in self:
            line._book_dues()

    @api.model
    def _cron_book_dues(self):
        """Book what waits, each line by itself."""
        waiting = self.sudo().search([("gym_dues_state", "=", "waiting"), ("price_subtotal_incl", ">", 0)])
        self.env["ir.cron"]._do_each(waiting, "_book_dues")
