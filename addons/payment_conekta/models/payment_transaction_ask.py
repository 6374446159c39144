from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.payment.logging import get_payment_logger

from ..const import PROVIDER_CODE
from ..domain.errors import ConektaError
from ..domain.following import is_never_received
from ..services.once import ask
from .payment_transaction import to_epoch

_logger = get_payment_logger(__name__)

_ASK_EVERY = timedelta(minutes=10)
_ASK_PENDING_FOR = timedelta(days=60)
_ASK_DRAFTS_FOR = timedelta(days=2)
# How long after its end a voucher is still asked about, should it be paid late and the notification get lost
_ASK_ENDED_FOR = timedelta(days=7)
_BATCH = 200


class PaymentTransaction(models.Model):
    """Asks the network what became of transactions that have no final answer, sending nothing that moves money."""

    _inherit = "payment.transaction"

    def action_conekta_ask(self):
        """Ask now what became of these transactions."""
        self.check_access("write")
        for transaction in self.sudo().filtered(lambda tx: tx.provider_code == PROVIDER_CODE):
            transaction._conekta_ask_about()

    def _ask_provider(self):
        """Override of `payment_card_facts`."""
        result = super()._ask_provider()
        if self.provider_code == PROVIDER_CODE:
            self._conekta_ask_about()
        return result

    @api.model
    def _cron_conekta_ask(self):
        """Every quarter of an hour: ask about open transactions, those first that were asked about longest ago."""
        transactions = self.search(
            self._conekta_get_open_domain(), order="conekta_checked_at NULLS FIRST, id", limit=_BATCH
        )
        crons = self.env["ir.cron"]
        crons._commit_progress(remaining=len(transactions))
        for transaction in transactions:
            if transaction.try_lock_for_update():
                # also of one that fails, which would be the first one again
                transaction.conekta_checked_at = fields.Datetime.now()
                crons._do_each(transaction, "_conekta_ask_about")
            if not crons._commit_progress(1):
                break

    @api.model
    def _conekta_get_open_domain(self):
        """Return the domain of transactions that may be further at the network than here."""
        now = fields.Datetime.now()
        is_young = Domain("create_date", ">=", now - _ASK_DRAFTS_FOR)
        ended = Domain("state", "in", ("cancel", "error")) & Domain("provider_reference", "!=", False)
        return (
            Domain("provider_id.code", "=", PROVIDER_CODE)
            & (Domain("conekta_checked_at", "=", False) | Domain("conekta_checked_at", "<", now - _ASK_EVERY))
            & (
                (Domain("state", "=", "pending") & Domain("create_date", ">=", now - _ASK_PENDING_FOR))
                | (Domain("state", "=", "draft") & is_young)
                | (ended & (is_young | Domain("voucher_expires_at", ">=", now - _ASK_ENDED_FOR)))
            )
        )

    def _conekta_ask_about(self):
        """Ask about a payment, or about the payment that a refund gives back."""
        self.ensure_one()
        if self.operation != "refund":
            self._conekta_ask()
        elif self.source_transaction_id._conekta_ask() and self.state in ("draft", "pending"):
            self._conekta_close_unknown(self.env._("The network never received this refund. Nothing was given back."))

    def _conekta_ask(self):
        """Bring this transaction to what the network knows of it.

        :return: whether it could be asked
        """
        self.ensure_one()
        sent_at = to_epoch(self.conekta_sent_at or self.create_date)
        try:
            client, order_id = self._conekta_get_client(), self.provider_reference or None
            order, repeated = ask(client, self._conekta_get_key(), sent_at, to_epoch(fields.Datetime.now()), order_id)
        except (ConektaError, UserError) as error:
            _logger.warning("Transaction %s could not be asked about: %s", self.reference, error)
            return False
        if order:
            self._conekta_take(order)
        else:
            self._conekta_close_unknown(self.env._("The network never received this payment. Nothing was charged."))
        if repeated:
            self._conekta_report_repeated(repeated)
        return True

    def _conekta_close_unknown(self, message):
        """Close what the network has not received, so that it may be tried again."""
        sent_at = self.conekta_sent_at or self.create_date
        age_s = (fields.Datetime.now() - sent_at).total_seconds()
        if self.state in ("draft", "pending") and not self.provider_reference and is_never_received(age_s):
            self._set_error(message)

    def _conekta_report_repeated(self, orders):
        """Tell when one transaction was charged more than once; somebody has to give it back."""
        self._log_message_on_linked_documents(
            self.env._(
                "%(provider)s charged transaction %(reference)s %(count)s times: %(orders)s. Refund what is too much "
                "in the panel of the network.",
                provider=self.provider_id.name,
                reference=self.reference,
                count=len(orders),
                orders=", ".join(order.id for order in orders),
            )
        )
