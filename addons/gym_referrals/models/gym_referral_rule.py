from odoo import fields, models


class GymReferralRule(models.Model):
    _name = "gym.referral.rule"
    _description = "Reward of a Referral Program"
    _inherit = ["gym.relation.guard"]
    _order = "sequence, id"

    program_id = fields.Many2one("gym.referral.program", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="program_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    sequence = fields.Integer(default=10)
    trigger = fields.Selection(
        [
            ("qualified", "When the friend qualifies"),
            ("nth", "At the friend with this number"),
            ("paid_period", "For each further paid invoice, so many times"),
            ("retained", "When the friend stays so many days"),
        ],
        string="When",
        default="qualified",
        required=True,
    )
    count = fields.Integer(string="Number", default=1)
    kind = fields.Selection(
        [("credit", "Off the next dues"), ("gift", "Gift at the desk")], string="What", default="credit", required=True
    )
    amount = fields.Monetary(help="IVA included; of a gift what it is worth.")
    name = fields.Char(string="Gift", translate=True)

    _positive = models.Constraint(
        "CHECK (amount > 0 AND count >= 1)", "A reward is worth something, and counts from 1."
    )
    _gift_named = models.Constraint("CHECK (kind <> 'gift' OR name IS NOT NULL)", "Say what the gift is.")

    def _to_values(self):
        names = ("trigger", "count", "kind", "amount")
        return {name: self[name] for name in names} | {"name": self.name or "", "key": f"rule-{self._origin.id}"}
