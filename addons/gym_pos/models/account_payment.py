from odoo import fields, models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    gym_pos_line_id = fields.Many2one(
        "pos.order.line",
        string="Line of the Till",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        help="The line of a ticket that collected these dues.",
    )
    gym_pos_payment_id = fields.Many2one(
        "pos.payment", string="Tender", readonly=True, copy=False, ondelete="restrict", index="btree_not_null"
    )

    _gym_pos_once = models.UniqueIndex(
        "(gym_pos_line_id, gym_pos_payment_id) WHERE state != 'canceled'",
        "This tender has paid these dues already.",
    )
