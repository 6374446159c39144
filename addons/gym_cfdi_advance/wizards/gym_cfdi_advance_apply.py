from odoo import api, fields, models
from odoo.exceptions import UserError


class GymCfdiAdvanceApply(models.TransientModel):
    """Shows the customer's advances that are not applied yet and applies them to an invoice, wholly or in part."""

    _name = "gym.cfdi.advance.apply"
    _description = "Apply Advances"

    move_id = fields.Many2one("account.move", "Invoice", required=True, readonly=True)
    company_id = fields.Many2one(related="move_id.company_id", store=True)
    currency_id = fields.Many2one(related="move_id.currency_id")
    move_state = fields.Selection(related="move_id.state")
    amount_total = fields.Monetary(related="move_id.amount_total")
    line_ids = fields.One2many(
        "gym.cfdi.advance.apply.line",
        "wizard_id",
        "Advances",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    amount_left = fields.Monetary("Left to Pay", compute="_compute_amount_left")

    @api.depends("move_id")
    def _compute_line_ids(self):
        """Offer all advances, the oldest first, as far as the invoice goes."""
        for wizard in self:
            move = wizard.move_id
            room = move.amount_residual if move.state == "posted" else move.amount_total
            values_list = []
            for advance in move._get_cfdi_advances() if move else ():
                amount = min(advance.cfdi_advance_left, room)
                room -= amount
                values_list.append({"advance_id": advance.id, "amount": amount})
            wizard.line_ids = [fields.Command.clear(), *map(fields.Command.create, values_list)]

    @api.depends("line_ids.amount")
    def _compute_amount_left(self):
        for wizard in self:
            move = wizard.move_id
            room = move.amount_residual if move.state == "posted" else move.amount_total
            wizard.amount_left = room - sum(wizard.line_ids.mapped("amount"))

    def action_apply(self):
        """Apply the amounts; refused when they are more than the advances or the invoice admit."""
        self.ensure_one()
        self.check_access("write")
        self.move_id.check_access("write")
        amounts = {line.advance_id: line.amount for line in self.line_ids if line.amount > 0}
        if not amounts:
            raise UserError(self.env._("Write how much of an advance is to be applied."))
        self.move_id._use_cfdi_advances(amounts)
        return {"type": "ir.actions.act_window_close"}


class GymCfdiAdvanceApplyLine(models.TransientModel):
    _name = "gym.cfdi.advance.apply.line"
    _description = "Advance to Apply"

    wizard_id = fields.Many2one("gym.cfdi.advance.apply", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="wizard_id.company_id", store=True)
    advance_id = fields.Many2one("account.move", "Advance", required=True, readonly=True)
    currency_id = fields.Many2one(related="advance_id.currency_id")
    invoice_date = fields.Date(related="advance_id.invoice_date")
    uuid = fields.Char(related="advance_id.cfdi_uuid")
    amount_total = fields.Monetary("Total", related="advance_id.amount_total")
    amount_left = fields.Monetary(related="advance_id.cfdi_advance_left")
    amount = fields.Monetary("Apply", help="With its taxes; zero leaves the advance alone.")
