from odoo import models

from odoo.addons.gym_members.models.turn import take_turn


class GymJoin(models.Model):
    """A use of a promotion is reserved when its payment is made: who was shown a price gets it, and nobody else."""

    _inherit = "gym.join"

    def _reserve_promotion(self):
        """Return, for the payment that is about to be made, which use of a promotion and of a coupon it reserves.

        What is limited is decided by one registration after the other, so two cannot reserve the last use.
        """
        self.ensure_one()
        plan = self.plan_id.with_context(gym_join_id=self.id)
        draft = plan._make_join_draft(self.location_id, self.member_id, self._prepare_draft_vals())
        code = None if self._get_offer()["code_refusal"] else self.code
        promotion, coupon = draft.env["gym.promotion"]._find_for(draft, self.location_id._today(), code)
        for limited in (coupon, promotion):
            take_turn(limited.sudo().filtered("max_uses"))
        return {"gym_promotion_id": promotion.id, "gym_coupon_id": coupon.id}
