from odoo import fields, models


class GymDue(models.Model):
    """Credits that are rewards: the part of one that did not fit an invoice waits on as part of the same reward."""

    _inherit = "gym.due"

    kind = fields.Selection(
        selection_add=[("referral", "Reward for a friend")],
        ondelete={"referral": lambda lines: lines.write({"kind": "credit"})},
    )
    referral_reward_id = fields.Many2one(
        "gym.referral.reward", string="Reward", readonly=True, index="btree_not_null", ondelete="restrict"
    )

    def _mark_billed(self, move_lines):
        result = super()._mark_billed(move_lines)
        self.referral_reward_id._follow_charges()
        return result
