from odoo import models

from ..domain import lifecycle


class GymReferral(models.Model):
    _inherit = "gym.referral"

    def _show_invitation(self):
        """Return what a friend may see of how they came: what is still missing until the other is rewarded."""
        if self.state not in (lifecycle.JOINED, lifecycle.HOLDING):
            return self.env._("There is nothing more to do for it.")
        dues, days = self._get_missing()
        return self.env._(
            "Until your friend's reward: paid invoices that you lack: %(dues)s, days: %(days)s. It costs you nothing.",
            dues=dues,
            days=days,
        )
