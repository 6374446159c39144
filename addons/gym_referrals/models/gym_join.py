from odoo import fields, models

from ..domain import attribution, codes
from .gym_referral import EVIDENCE, WAYS


class GymJoin(models.Model):
    """Who invited somebody who joins online: it lives with the registration, so the mailed link keeps it."""

    _inherit = "gym.join"

    invited_by_id = fields.Many2one(
        "gym.member", string="Invited By", readonly=True, ondelete="set null", index="btree_not_null"
    )
    referral_way = fields.Selection(WAYS, string="Invitation Came By", readonly=True)

    def _update_data(self, form, lang):
        """Override of `gym_join`: a code that is typed counts more than a link. What is no code is told at once."""
        typed = (form.get("invite_code") or "").strip()
        if typed and not codes.read_code(typed):
            return {"invite_code": self.env._("Check the code: it has eight signs, such as 7K3Q-M2XA.")}
        errors = super()._update_data(form, lang)
        # a code that is nobody's is answered the same
        code = self.env["gym.referral.code"]._find(typed, self.company_id)
        if code and not errors:
            self._edit(invited_by_id=code.member_id.id, referral_way=attribution.CODE)
        return errors

    def _get_choice(self):
        """Override of `gym_join`: an invitation changes the price."""
        return f"{super()._get_choice()}/{self.invited_by_id.id or ''}" if self.invited_by_id else super()._get_choice()


class GymJoinDesk(models.TransientModel):
    _inherit = "gym.join.desk"

    invited_by_id = fields.Many2one("gym.member", string="Invited By", ondelete="cascade")
    referral_way = fields.Selection(WAYS, compute="_compute_referral_way")
    referral_evidence = fields.Selection(EVIDENCE, string="How We Know")

    def _compute_referral_way(self):
        for desk in self:
            desk.referral_way = attribution.DESK if desk.invited_by_id else False

    def _check_seen(self):
        self.invited_by_id.sudo(False).check_access("read")
        return super()._check_seen()
