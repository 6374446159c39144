from datetime import timedelta

from odoo import api, fields, models

WARN_DAYS = 30


class PaymentToken(models.Model):
    _inherit = "payment.token"

    gym_expiry_told = fields.Date(readonly=True, copy=False, help="The expiry about which its owner has been told.")

    @api.model
    def _cron_tell_expiring(self):
        """Tell payers whose card expires within a month, once for each expiry."""
        soon = timedelta(days=WARN_DAYS)
        days = self.env["res.company"]
        tokens = self.search(
            [
                ("card_expires_on", ">=", days._get_earliest_day()),
                ("card_expires_on", "<=", days._get_latest_day() + soon),
            ]
        ).filtered(lambda token: token.company_id._today() <= token.card_expires_on <= token.company_id._today() + soon)
        tokens = tokens.filtered(lambda token: token.gym_expiry_told != token.card_expires_on)
        self.env["ir.cron"]._do_each(tokens, "_tell_expiring")

    def _tell_expiring(self):
        self.gym_expiry_told = self.card_expires_on
        subscriptions = self.env["gym.subscription"].search(
            [("token_id", "=", self.id), ("state", "in", self.env["gym.subscription"]._get_running_states())]
        )
        subscriptions._emit("card.expiring", card=self.display_name, expires=str(self.card_expires_on))
