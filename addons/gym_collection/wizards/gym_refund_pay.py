from odoo import fields, models


class GymRefundPay(models.TransientModel):
    """Records that a refund was handed over or transferred."""

    _name = "gym.refund.pay"
    _description = "Refund Paid at the Desk"
    _inherit = ["gym.cash.day"]
    _about = "refund_id"

    refund_id = fields.Many2one("gym.refund", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="refund_id.company_id")
    currency_id = fields.Many2one(related="refund_id.currency_id")
    partner_id = fields.Many2one(related="refund_id.partner_id")
    amount = fields.Monetary(related="refund_id.amount")
    date = fields.Date(string="Paid On")
    memo = fields.Char(string="Reference", help="Of the transfer, or who received the cash.")

    def _get_place(self):
        """Return, in sudo, the branch that gives the money back, else the company."""
        refund = self.sudo().refund_id
        return refund.location_id or refund.company_id or self.env.company

    def _get_today(self):
        return self._get_place()._today()

    def action_confirm(self):
        """Record it and settle the credit note."""
        self.ensure_one()
        self.env["gym.refund"]._check_may_refund()
        self.refund_id.check_access("read")
        if self._begin_once():
            company = self.sudo().company_id
            self._check_day(self.date, self._get_today(), company)
            self.refund_id._pay_back(self._get_journal(company), self.date, self.memo or "")
            refund = self.sudo().refund_id
            self._tell_other_day(refund.payment_id, refund.location_id, refund.partner_id)
        return {"type": "ir.actions.act_window_close"}
