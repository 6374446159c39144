from odoo import fields, models

from ..domain import lifecycle


class GymReferralRefusal(models.TransientModel):
    """Asks for the reason why a referral brings no reward."""

    _name = "gym.referral.refusal"
    _description = "Refusal of a Referral"
    _inherit = ["gym.relation.guard"]

    referral_id = fields.Many2one("gym.referral", required=True, readonly=True, ondelete="cascade")
    reason = fields.Char(required=True, help="The term that was broken; the member reads this.")

    def action_refuse(self):
        """Reject the referral, or take its rewards back when it has some."""
        self.ensure_one()
        is_rewarded = self.referral_id.state == lifecycle.REWARDED
        self.referral_id._decide(lifecycle.REVERSE if is_rewarded else lifecycle.REJECT, self.reason)
        return {"type": "ir.actions.act_window_close"}
