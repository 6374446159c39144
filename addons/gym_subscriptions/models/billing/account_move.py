from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    gym_billing_run_id = fields.Many2one(
        "gym.billing.run", string="Billing Run", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
