from odoo import fields, models

STEP_KINDS = [
    ("message", "Send a message"),
    ("retry", "Try the card again"),
    ("voucher", "Send a payment link or voucher"),
    ("suspend", "Suspend access"),
    ("write_off", "Propose to write it off"),
    ("hand_over", "Hand it over"),
]


class GymDunningStep(models.Model):
    _name = "gym.dunning.step"
    _description = "Dunning Step"
    _inherit = ["gym.relation.guard"]
    _order = "policy_id, after_days, id"

    policy_id = fields.Many2one("gym.dunning.policy", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="policy_id.company_id", store=True, index=True)
    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(STEP_KINDS, required=True, default="message")
    after_days = fields.Integer(string="Days After", required=True, help="After the day on which the dues fell due.")
    template_id = fields.Many2one(
        "mail.template",
        string="Message",
        domain="[('model', '=', 'gym.dunning.case')]",
        help="Empty: the message that comes with the system.",
    )

    _days_not_negative = models.Constraint("CHECK (after_days >= 0)", "A step follows the due date.")
