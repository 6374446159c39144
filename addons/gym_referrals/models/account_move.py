from odoo import models

from ..domain import lifecycle


class AccountMove(models.Model):
    _inherit = "account.move"

    def _invoice_paid_hook(self):
        """Let referrals of friends who have paid go on, however the money came."""
        result = super()._invoice_paid_hook()
        self._follow_referrals()
        return result

    def _follow_referrals(self):
        subscriptions = self.sudo().filtered("gym_location_id")._get_gym_subscriptions()
        if subscriptions:
            domain = [("subscription_id", "in", subscriptions.ids), ("state", "in", lifecycle.LIVE)]
            self.env["gym.referral"].sudo().search(domain)._note_news()
