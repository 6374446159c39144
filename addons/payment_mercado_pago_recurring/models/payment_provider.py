from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PaymentProvider(models.Model):
    _inherit = "payment.provider"

    mercado_pago_webhook_secret = fields.Char(
        copy=False,
        groups="base.group_system",
        help="The secret of your application's webhooks; notifications that it did not sign are refused.",
    )

    @api.constrains("state", "mercado_pago_webhook_secret")
    def _check_mercado_pago_webhook_secret(self):
        """Refuse an enabled provider whose notifications could not be told from forged ones."""
        for provider in self:
            is_enabled = provider.code == "mercado_pago" and provider.state == "enabled"
            if is_enabled and not provider.mercado_pago_webhook_secret:
                raise ValidationError(
                    self.env._(
                        "%(provider)s cannot be enabled without its webhook secret: copy it from your application at "
                        "Mercado Pago.",
                        provider=provider.name,
                    )
                )

    @api.constrains("allow_tokenization", "mercado_pago_public_key")
    def _check_mercado_pago_credentials_are_set_before_allowing_tokenization(self):
        """Override of `payment_mercado_pago`, whose message asks for a button that Odoo 19.0 does not show."""
        for provider in self:
            if provider.code == "mercado_pago" and provider.allow_tokenization and not provider.mercado_pago_public_key:
                raise ValidationError(
                    self.env._(
                        "%(provider)s cannot save cards without the public key of your application at Mercado Pago.",
                        provider=provider.name,
                    )
                )

    def _get_reset_values(self):
        values = super()._get_reset_values()
        return values | {"mercado_pago_webhook_secret": None} if self.code == "mercado_pago" else values
