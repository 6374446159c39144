from odoo import fields, models

from ...domain import importing


class GymMemberImportLine(models.Model):
    """What happens to a row's subscription."""

    _inherit = "gym.member.import.line"

    subscription_id = fields.Many2one(
        "gym.subscription", string="Subscription Made", index="btree_not_null", ondelete="set null"
    )
    no_income = fields.Selection(
        [
            (importing.NO_PLAN, "No plan"),
            (importing.NO_PRICE, "No price"),
            (importing.NO_BILL, "No next payment"),
        ],
        string="Without Income",
        help="Why the gym would charge this person nothing. Empty: they are charged, or they are no member any more.",
    )
