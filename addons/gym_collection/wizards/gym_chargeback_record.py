from odoo import fields, models
from odoo.exceptions import UserError


class GymChargebackRecord(models.TransientModel):
    """Records that a bank took a charge back."""

    _name = "gym.chargeback.record"
    _description = "Chargeback Received"
    _inherit = ["gym.relation.guard", "gym.once"]

    charge_id = fields.Many2one("gym.charge", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="charge_id.company_id")
    currency_id = fields.Many2one(related="charge_id.currency_id")
    amount = fields.Monetary(required=True, help="Taken back by the bank.")
    reference = fields.Char(string="Case Number")
    reason_code = fields.Char(string="Reason", help="As the bank gives it, such as 10.4 or fraudulent.")
    date_deadline = fields.Date(string="Answer Until")
    fee_amount = fields.Monetary(string="Fee", help="What the provider keeps for the dispute.")
    fee_account_id = fields.Many2one(
        "account.account",
        string="Account of the Fee",
        domain="[('account_type', 'in', ('expense', 'expense_direct_cost'))]",
        ondelete="cascade",
    )

    def action_confirm(self):
        """Record the chargeback: the invoice is open again and the subscription suspended."""
        self.ensure_one()
        chargebacks = self.env["gym.chargeback"]
        chargebacks._check_may_keep()
        self.charge_id.check_access("read")
        wizard = self.sudo()
        action = self.env["ir.actions.act_window"]._for_xml_id("gym_collection.gym_chargeback_action")
        if not self._begin_once():
            return action
        if wizard.fee_amount and not wizard.fee_account_id:
            raise UserError(self.env._("Say to which account the fee goes, or leave the fee empty."))
        chargeback = chargebacks._record(
            wizard.charge_id.transaction_id,
            wizard.amount,
            reference=wizard.reference or False,
            reason_code=wizard.reason_code,
            date_deadline=wizard.date_deadline,
            fee_amount=wizard.fee_amount,
            fee_account_id=wizard.fee_account_id.id,
        )
        return action | {"views": [(False, "form")], "res_id": chargeback.id}
