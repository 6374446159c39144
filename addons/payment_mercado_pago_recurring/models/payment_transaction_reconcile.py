from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.payment.logging import get_payment_logger

from .payment_transaction import METADATA_KEY

_logger = get_payment_logger(__name__)

_TOKEN_OPERATIONS = ("offline", "online_token")
_SETTLED = ("approved", "charged_back", "authorized", "in_process", "in_mediation", "pending")  # best news first
_ASK_EVERY = timedelta(minutes=10)
# How long Mercado Pago may take to list a payment before it counts as never received
_PATIENCE = timedelta(hours=2)
# Reviews end within 2 business days and vouchers within 30 days; what is older is no longer asked about
_ASK_PENDING_FOR = timedelta(days=60)
_ASK_DRAFTS_FOR = timedelta(days=2)
_BATCH = 200


class PaymentTransaction(models.Model):
    """Asks Mercado Pago for the results of transactions that have no final answer."""

    _inherit = "payment.transaction"

    def action_mercado_pago_reconcile(self):
        """Ask now for the results of these transactions."""
        self.check_access("write")
        self.sudo().filtered(lambda tx: tx.provider_code == "mercado_pago")._mercado_pago_reconcile()

    def _ask_provider(self):
        """Override of `payment_card_facts`."""
        result = super()._ask_provider()
        if self.provider_code == "mercado_pago":
            self._mercado_pago_reconcile()
        return result

    @api.model
    def _cron_mercado_pago_reconcile(self):
        """Every quarter of an hour: ask about open transactions, those first that were asked about longest ago."""
        transactions = self.search(
            self._mercado_pago_get_open_domain(), order="mercado_pago_checked_at NULLS FIRST, id", limit=_BATCH
        )
        crons = self.env["ir.cron"]
        crons._commit_progress(remaining=len(transactions))
        for transaction in transactions:
            if transaction.try_lock_for_update():
                # also of one that fails, which would be the first one again
                transaction.mercado_pago_checked_at = fields.Datetime.now()
                crons._do_each(transaction, "_mercado_pago_reconcile")
            if not crons._commit_progress(1):
                break

    @api.model
    def _mercado_pago_get_open_domain(self):
        """Return the domain of transactions that may be final at Mercado Pago and are not here.

        Drafts are among them because a crash after sending leaves one, and so does a lost notification of a payment on
        Mercado Pago's own page.
        """
        now = fields.Datetime.now()
        return (
            Domain("provider_id.code", "=", "mercado_pago")
            & (Domain("mercado_pago_checked_at", "=", False) | Domain("mercado_pago_checked_at", "<", now - _ASK_EVERY))
            & Domain("create_date", "<", now - _ASK_EVERY)
            & (
                (Domain("state", "=", "pending") & Domain("create_date", ">=", now - _ASK_PENDING_FOR))
                | (Domain("state", "=", "draft") & Domain("create_date", ">=", now - _ASK_DRAFTS_FOR))
            )
        )

    def _mercado_pago_reconcile(self):
        """Bring these transactions to what Mercado Pago knows of them; what cannot be asked now is asked later.

        :return: those that could not be asked about
        """
        unasked = self.browse()
        for transaction in self:
            transaction.mercado_pago_checked_at = fields.Datetime.now()
            try:
                payments = transaction._mercado_pago_find_payments()
                data = payments and transaction._send_api_request("GET", f"/v1/payments/{payments[0]['id']}")
                if data:
                    with self.env.cr.savepoint():
                        transaction._process("mercado_pago", data)
            except UserError as error:
                _logger.warning(
                    "Mercado Pago could not be asked about transaction %s: %s", transaction.reference, error
                )
                unasked |= transaction
                continue
            if not data:
                transaction._mercado_pago_give_up_if_never_received()
            transaction._mercado_pago_report_repeated(payments)
        return unasked

    def _mercado_pago_find_payments(self):
        """Return the payments that Mercado Pago has for this transaction, the one that decides first.

        :raise ValidationError: when it cannot be asked
        """
        self.ensure_one()
        found = self._send_api_request(
            "GET",
            "/v1/payments/search",
            params={"external_reference": self.reference, "sort": "date_created", "criteria": "desc"},
        )["results"]
        own = [payment for payment in found if self._mercado_pago_is_own(payment)]
        return sorted(own, key=lambda payment: _rank(payment["status"]))

    def _mercado_pago_is_own(self, payment):
        """Tell whether a payment is this transaction's, and not that of another database on the same account."""
        key = (payment.get("metadata") or {}).get(METADATA_KEY)
        return payment.get("external_reference") == self.reference and key in (None, self._mercado_pago_get_key())

    def _mercado_pago_give_up_if_never_received(self):
        """Close a charge of a saved card that Mercado Pago has not received, so that it may be tried again."""
        sent_at = self.mercado_pago_doubt_at or (self.state == "draft" and self.create_date)
        if self.operation in _TOKEN_OPERATIONS and sent_at and sent_at < fields.Datetime.now() - _PATIENCE:
            self._set_error(self.env._("Mercado Pago never received this charge. Nothing was charged."))

    def _mercado_pago_report_repeated(self, payments):
        """Tell on the invoice when one transaction was charged more than once; somebody has to give it back."""
        charged = [payment for payment in payments if payment["status"] == "approved"]
        if len(charged) > 1:
            self._log_message_on_linked_documents(
                self.env._(
                    "Mercado Pago charged transaction %(reference)s %(count)s times: %(payments)s. Refund what is too "
                    "much at Mercado Pago.",
                    reference=self.reference,
                    count=len(charged),
                    payments=", ".join(str(payment["id"]) for payment in charged),
                )
            )


def _rank(status):
    return _SETTLED.index(status) if status in _SETTLED else len(_SETTLED)
