import sys

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.payment_card_facts.models.payment_provider import PaymentInDoubt

from ...domain.awaiting import awaited_until

# Providers that answer a repeated request, by its idempotency key, with what the first one did
IDEMPOTENT_PROVIDERS = frozenset({"stripe", "mercado_pago", "conekta"})


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    gym_charge_ids = fields.One2many("gym.charge", "transaction_id", string="Automatic Charges", readonly=True)
    is_in_doubt = fields.Boolean(
        string="In Doubt", readonly=True, copy=False, help="It was sent and its answer is not known."
    )

    def _charge_with_token(self):
        """Override of `payment`: no card is charged for a gym without the person but by the charge guard.

        Accounting offers saved cards when a payment is registered. That would charge without a consent, a notice or a
        day to wait (LFPC art. 76 Bis VIII), so it is refused before anything is sent.

        :raise UserError: unless a ``gym.charge`` that the guard allowed has written this down
        """
        self.ensure_one()
        tx = self.sudo()
        is_allowed = any(charge.state in ("sent", "in_doubt") for charge in tx.gym_charge_ids)
        if tx.operation == "offline" and not is_allowed and tx._is_for_dues():
            raise UserError(
                self.env._(
                    "The card of %(payer)s is only charged by the automatic charges, which check consent and notice. "
                    'Use "Charge Again" at Subscriptions / Automatic Charges, send the payment link, or register cash '
                    "or a transfer without a saved card.",
                    payer=tx.partner_id.name,
                )
            )
        return super()._charge_with_token()

    def _is_for_dues(self):
        """Tell whether this pays dues, or takes money from the payer of a subscription."""
        self.ensure_one()
        payers = self.token_id.partner_id | self.partner_id
        domain = [("payer_id.commercial_partner_id", "in", payers.commercial_partner_id.ids)]
        return bool(self.invoice_ids.gym_location_id) or bool(
            self.env["gym.subscription"].search_count(domain, limit=1)
        )

    def _set_error(self, state_message, extra_allowed_states=()):
        """Leave a request without an answer in doubt; providers take every failed connection for an error."""
        if isinstance(sys.exc_info()[1], PaymentInDoubt):
            self.write({"is_in_doubt": True, "state_message": state_message})
            self.sudo().gym_charge_ids._follow_transaction()
            self.sudo().gym_refund_ids._follow_transaction()
            return self.browse()
        return super()._set_error(state_message, extra_allowed_states=extra_allowed_states)

    def _set_done(self, *, state_message=None, extra_allowed_states=()):
        """Take money for dues whenever it comes: a voucher that expired and was paid all the same is paid."""
        late = self.sudo().filtered(lambda tx: tx.state == "cancel" and tx.invoice_ids.gym_location_id)
        result = super()._set_done(state_message=state_message, extra_allowed_states=extra_allowed_states)
        if not late:
            return result
        return result | super(PaymentTransaction, late)._set_done(
            state_message=state_message, extra_allowed_states=("cancel",)
        )

    def _update_state(self, allowed_states, target_state, state_message):
        """Let the automatic charge follow, and the payment be posted within seconds of the money."""
        updated = super()._update_state(allowed_states, target_state, state_message)
        updated.filtered("is_in_doubt").write({"is_in_doubt": False})
        dues = updated.sudo().filtered(lambda tx: tx.gym_charge_ids or tx.invoice_ids.gym_location_id)
        dues.gym_charge_ids._follow_transaction()
        updated.sudo().gym_refund_ids._follow_transaction()
        if dues and target_state == "done":
            self.env.ref("payment.cron_post_process_payment_tx")._trigger()
        return updated

    def _create_payment(self, **extra_create_values):
        """Override of `account_payment`: book the money on the branch's day on which the provider confirmed it.

        The original takes the day of whose job it is, which is tomorrow in the evening of Mexico: on the last of a
        month its IVA belonged to the next one. What pays nothing of dues is offered for giving back.
        """
        self.ensure_one()
        location = self.sudo().invoice_ids.gym_location_id[:1]
        place = location or self.company_id
        confirmed_at = self.last_state_change
        day = place._to_local(confirmed_at).date() if confirmed_at else place._today()
        payment = super()._create_payment(**({"date": day} | extra_create_values))
        if self.operation == "refund":
            self.sudo().gym_refund_ids._settle_surplus(payment.sudo())
        elif location:
            self.env["gym.refund"].sudo()._offer(self.sudo(), payment.sudo())
            self.sudo().gym_charge_ids._ask_for_rest()
        return payment

    # === MONEY ON ITS WAY === #

    def _may_bring_money(self):
        """Tell whether this may bring money that is not in the books yet; a voucher does until it expires."""
        self.ensure_one()
        if self.operation == "refund":
            return False
        if self.is_in_doubt or self.state == "authorized" or (self.state == "done" and not self.is_post_processed):
            return True
        return self.state == "pending" and (
            bool(self.gym_charge_ids) or fields.Datetime.now() < self._get_awaited_until()
        )

    def _get_awaited_until(self):
        asked_at = self.last_state_change or self.create_date
        return awaited_until(asked_at, self.voucher_expires_at or None)

    def _cron_expire_vouchers(self):
        """Every hour: what was asked for dues and has expired is cancelled; paid all the same, it still counts.

        Core lets nobody pay an invoice while one of its payments is pending.
        """
        pending = self.search([("state", "=", "pending"), ("invoice_ids.gym_location_id", "!=", False)])
        expired = pending.filtered(lambda tx: not tx._may_bring_money() and tx.operation != "refund")
        self.env["ir.cron"]._do_each(expired, "_expire_voucher")

    def _expire_voucher(self):
        self._set_canceled(self.env._("It was not paid while it was good."))

    def _can_be_asked(self):
        """Tell whether sending the request again under its reference cannot charge twice; true for a day only.

        :meth:`_ask_provider` says what was done without sending anything, and comes first.
        """
        self.ensure_one()
        return self.provider_code in IDEMPOTENT_PROVIDERS and self.state in ("draft", "pending")
