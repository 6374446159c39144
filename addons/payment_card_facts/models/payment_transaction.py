import logging

from odoo import fields, models

_logger = logging.getLogger(__name__)


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    voucher_expires_at = fields.Datetime(
        string="Voucher Good Until", readonly=True, copy=False, help="Until when what was asked for may be paid."
    )

    def _ask_provider(self):
        """Hook: ask the provider, by reading alone, for the result of this transaction, and take its answer over.

        An override sends nothing that could move money, and leaves the transaction as it is while the answer is not
        sure. Without an override nobody can be asked.
        """
        self.ensure_one()

    def _notify_dispute(self, reference, state, amount=None, reason_code=None, deadline=None):
        """Hook: the bank takes this payment back because its holder disputes it, or has decided about that.

        Providers' addons call it, as often as they are told; an addon with books of disputes overrides it. Without
        books, what was paid is told. It comes from authenticated messages only, with what the provider answered when
        asked.

        :param str reference: the provider's number of the dispute
        :param str state: ``open`` (waits for evidence), ``contested`` (the bank has it), ``won`` (the money came back)
            or ``lost``
        :param float amount: taken back, in the transaction's currency; ``None`` for all of it
        :param str reason_code: as the bank gives it
        :param datetime deadline: naive UTC, until which evidence may be sent
        """
        self.ensure_one()
        _logger.info("Payment %s is disputed: %s is %s.", self.reference, reference, state)
        self._log_message_on_linked_documents(
            self.env._(
                "The holder disputes payment %(payment)s of %(provider)s: %(dispute)s, %(state)s.",
                payment=self.reference,
                provider=self.provider_id.name,
                dispute=reference,
                state=self._get_dispute_labels()[state],
            )
        )

    def _get_dispute_labels(self):
        return {
            "open": self.env._("waiting for your evidence"),
            "contested": self.env._("with the bank"),
            "won": self.env._("won: the money came back"),
            "lost": self.env._("lost: the bank keeps the money"),
        }

    def _notify_inquiry(self, reference, deadline=None):
        """Tell on what was paid that the bank asks about this payment; no money was taken yet.

        :param str reference: the provider's number of the inquiry
        :param datetime deadline: naive UTC, until which it may be answered
        """
        self.ensure_one()
        self._log_message_on_linked_documents(
            self.env._(
                "The bank asks %(provider)s about payment %(payment)s, before it takes it back: %(inquiry)s. Answer it "
                "in the panel of the provider until %(day)s.",
                provider=self.provider_id.name,
                payment=self.reference,
                inquiry=reference,
                day=self.company_id._to_local(deadline).date() if deadline else "-",
            )
        )
