from odoo import api, models
from odoo.exceptions import ValidationError

from odoo.addons.payment_stripe import utils as stripe_utils


class PaymentProvider(models.Model):
    _inherit = "payment.provider"

    @api.constrains("state", "stripe_webhook_secret")
    def _check_stripe_webhook_secret(self):
        """Refuse an enabled provider whose messages could not be told from forged ones."""
        for provider in self.filtered(lambda one: one.code == "stripe" and one.state == "enabled"):
            if not stripe_utils.get_webhook_secret(provider):
                raise ValidationError(
                    self.env._(
                        "%(provider)s cannot be enabled without its webhook secret. Save the keys first, then use "
                        '"Generate your webhook".',
                        provider=provider.name,
                    )
                )
