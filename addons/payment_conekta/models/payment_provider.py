from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from odoo.addons.payment import utils as payment_utils
from odoo.addons.payment.const import REPORT_REASONS_MAPPING
from odoo.addons.vigor_vault.fields import EncryptedText

from ..const import METHOD_CODES, PROVIDER_CODE
from ..domain.money import is_payable_in_cash
from ..domain.networks import CONEKTA, DIGITAL_FEMSA
from ..domain.order_writing import CURRENCY
from ..domain.signature import split_keys

MASK = "********"


class PaymentProvider(models.Model):
    """One account at one network: a company that uses both has two providers of the same code."""

    _name = "payment.provider"
    _inherit = ["payment.provider", "vault.mixin"]

    code = fields.Selection(selection_add=[(PROVIDER_CODE, "Conekta")], ondelete={PROVIDER_CODE: "set default"})
    conekta_network = fields.Selection(
        [(CONEKTA.code, "Conekta"), (DIGITAL_FEMSA.code, "OXXO Pay (Digital FEMSA)")],
        string="Network",
        required_if_provider=PROVIDER_CODE,
        help="Conekta takes cards, transfers and cash at its stores; OXXO takes cash through Digital FEMSA.",
    )
    conekta_live_key_sealed = EncryptedText(string="Live Key, Encrypted")
    conekta_live_key = fields.Char(
        string="Live Private Key",
        compute="_compute_conekta_keys",
        inverse="_inverse_conekta_live_key",
        copy=False,
        groups="base.group_system",
        help="Used while this provider is enabled. Kept encrypted, never shown again.",
    )
    conekta_test_key_sealed = EncryptedText(string="Test Key, Encrypted")
    conekta_test_key = fields.Char(
        string="Test Private Key",
        compute="_compute_conekta_keys",
        inverse="_inverse_conekta_test_key",
        copy=False,
        groups="base.group_system",
        help="Used while this provider is in test mode. Kept encrypted, never shown again.",
    )
    conekta_webhook_keys = fields.Text(
        string="Public Keys of Notifications",
        copy=False,
        groups="base.group_system",
        help="Public keys of the network, one after the other. A notification that none of them signed is refused. "
        "While you change keys, keep the old one beside the new one.",
    )
    conekta_voucher_days = fields.Integer(
        string="Days to Pay a Voucher",
        default=3,
        help="Until the end of which day, counted from today, cash and transfers are awaited.",
    )
    conekta_three_ds_mode = fields.Selection(
        [("smart", "When there is a risk"), ("strict", "Always")],
        string="3-D Secure",
        help="When the holder confirms a payment at the bank. Empty: as your account has it.",
    )

    _conekta_voucher_days_sensible = models.Constraint(
        "CHECK (code <> 'conekta' OR conekta_voucher_days BETWEEN 1 AND 30)",
        "A voucher is good for 1 to 30 days.",
    )

    # === FIELDS === #

    def _compute_conekta_keys(self):
        """Show that there is a key, never the key."""
        for provider in self.sudo():
            provider.conekta_live_key = MASK if provider.conekta_live_key_sealed else False
            provider.conekta_test_key = MASK if provider.conekta_test_key_sealed else False

    def _inverse_conekta_live_key(self):
        self._conekta_seal("conekta_live_key")

    def _inverse_conekta_test_key(self):
        self._conekta_seal("conekta_test_key")

    def _conekta_seal(self, name):
        for provider in self.filtered(lambda provider: provider[name] != MASK):
            provider._vault_write(f"{name}_sealed", (provider[name] or "").strip())
        self.invalidate_recordset([name])

    def _check_required_if_provider(self):
        """Override of `payment`: the key of the mode has to be there; a test key never takes live payments."""
        result = super()._check_required_if_provider()
        for provider in self.sudo().filtered(lambda one: one.code == PROVIDER_CODE and one.state != "disabled"):
            if not provider._conekta_has_key(provider.state == "enabled"):
                raise ValidationError(
                    self.env._("%(provider)s needs the private key of its mode (test or live).", provider=provider.name)
                )
        return result

    @api.constrains("conekta_webhook_keys")
    def _check_conekta_webhook_keys(self):
        for provider in self.sudo():
            try:
                split_keys(provider.conekta_webhook_keys)
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        'The public keys of %(provider)s cannot be used: each is a block that begins with "-----BEGIN '
                        'PUBLIC KEY-----", RSA of 2,048 bits or more, and nothing else is between them.',
                        provider=provider.name,
                    )
                ) from error

    def _compute_feature_support_fields(self):
        """Override of `payment`: cards are saved and given back by Conekta; cash is not given back by anybody."""
        result = super()._compute_feature_support_fields()
        for provider in self.filtered(lambda one: one.code == PROVIDER_CODE and one.conekta_network == CONEKTA.code):
            provider.support_tokenization = True
            provider.support_refund = "partial"
        return result

    # === HOOKS OF PAYMENT === #

    def _get_supported_currencies(self):
        currencies = super()._get_supported_currencies()
        return currencies.filtered(lambda one: one.name == CURRENCY) if self.code == PROVIDER_CODE else currencies

    def _get_default_payment_method_codes(self):
        self.ensure_one()
        if self.code != PROVIDER_CODE:
            return super()._get_default_payment_method_codes()
        return METHOD_CODES.get(self.conekta_network, set())

    @api.model
    def _get_compatible_providers(
        self, company_id, partner_id, amount, *args, is_validation=False, report=None, **kwargs
    ):
        """Override of `payment`: no card is saved without a payment, and OXXO takes 10 to 10,000 pesos."""
        providers = super()._get_compatible_providers(
            company_id, partner_id, amount, *args, is_validation=is_validation, report=report, **kwargs
        )
        ours, reasons = providers.filtered(lambda one: one.code == PROVIDER_CODE), REPORT_REASONS_MAPPING
        if is_validation:
            payment_utils.add_to_report(report, ours, available=False, reason=reasons["validation_not_supported"])
            return providers - ours
        in_cash = ours.filtered(lambda one: one.conekta_network == DIGITAL_FEMSA.code)
        if amount and not is_payable_in_cash(round(amount * 100)):
            payment_utils.add_to_report(report, in_cash, available=False, reason=reasons["exceed_max_amount"])
            return providers - in_cash
        return providers

    def _get_reset_values(self):
        values = super()._get_reset_values()
        if self.code != PROVIDER_CODE:
            return values
        sealed = {"conekta_live_key_sealed": None, "conekta_test_key_sealed": None}
        return values | sealed | {"conekta_webhook_keys": None}

    @api.model
    def _get_provider_domain(self, provider_code, *, conekta_network="", **kwargs):
        """Override of `payment`: each network is set up for itself."""
        domain = super()._get_provider_domain(provider_code, **kwargs)
        if provider_code != PROVIDER_CODE or not conekta_network:
            return domain
        return Domain.AND([domain, Domain("conekta_network", "=", conekta_network)])
