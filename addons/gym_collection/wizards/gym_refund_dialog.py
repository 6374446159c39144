from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.gym_subscriptions.models.money import to_decimal


class GymRefundDialog(models.TransientModel):
    """Gives money of a paid invoice back to one subscription of it, after showing where it goes."""

    _name = "gym.refund.dialog"
    _description = "Give Money Back"
    _inherit = ["gym.relation.guard", "gym.once"]

    subscription_id = fields.Many2one("gym.subscription", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="subscription_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    line_id = fields.Many2one(
        "gym.refund.dialog.line", string="Invoice", domain="[('dialog_id', '=', id)]", ondelete="set null"
    )
    line_ids = fields.One2many("gym.refund.dialog.line", "dialog_id", string="Paid Invoices")
    amount = fields.Monetary(compute="_compute_amount", store=True, readonly=False, help="IVA included.")
    reason = fields.Char(help="The credit note says it, and so does the member's history.")
    way = fields.Text(compute="_compute_way", string="Where the Money Goes")

    @api.depends("line_id")
    def _compute_amount(self):
        for dialog in self:
            dialog.amount = dialog.line_id.amount

    @api.depends("line_id", "amount")
    def _compute_way(self):
        for dialog in self:
            is_shown = dialog.amount > 0 and dialog._get_chosen_move()
            dialog.way = dialog._describe_way() if is_shown else False

    def _get_chosen_move(self):
        """Return, in sudo, the chosen invoice, if it is one of the subscription that this dialog is about."""
        self.ensure_one()
        dialog = self.sudo()
        move = dialog.line_id.move_id
        is_own = dialog.line_id._origin in dialog._origin.line_ids and move in dialog.subscription_id._get_moves()
        return move if is_own else move.browse()

    def _describe_way(self):
        """Return in words how much goes back to a card and how much at the desk."""
        left, texts = to_decimal(self.amount), []
        for transaction in self._get_chosen_move().transaction_ids.sorted("id", reverse=True):
            if part := transaction._get_refundable_part(left):
                left -= part
                texts.append(
                    self.env._(
                        "%(amount)s to the card, through %(provider)s.",
                        amount=self.currency_id.format(part),
                        provider=transaction.provider_id.name,
                    )
                )
        if left > 0:
            texts.append(
                self.env._("%(amount)s by cash or transfer, at the desk.", amount=self.currency_id.format(left))
            )
        return "\n".join(texts)

    def action_confirm(self):
        """Give the money back; only who may allow it."""
        self.ensure_one()
        self.env["gym.refund"]._check_may_refund()
        self.subscription_id.check_access("read")
        move = self._get_chosen_move()
        if not move:
            raise UserError(self.env._("Choose the invoice."))
        if self._begin_once():
            move._give_back(to_decimal(self.amount), self.reason or "", self.sudo().subscription_id)
        notes = move.reversal_move_ids
        action = self.env["ir.actions.act_window"]._for_xml_id("gym_collection.gym_refund_action")
        return action | {"domain": [("move_id", "in", notes.ids)], "context": {}}


class GymRefundDialogLine(models.TransientModel):
    """A paid invoice of which something can be given back."""

    _name = "gym.refund.dialog.line"
    _description = "Invoice to Give Back"
    _rec_name = "name"

    dialog_id = fields.Many2one("gym.refund.dialog", required=True, ondelete="cascade")
    move_id = fields.Many2one("account.move", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="dialog_id.currency_id")
    name = fields.Char(readonly=True)
    amount = fields.Monetary(readonly=True, help="Paid and not given back yet.")
