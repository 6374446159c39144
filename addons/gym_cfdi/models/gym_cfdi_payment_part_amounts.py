from datetime import datetime, time
from decimal import Decimal

from odoo import models

from ..domain.errors import CfdiError
from ..domain.limits import rounded
from ..domain.payment_amounts import Payment, Settlement
from ..domain.payment_document import invoice_taxes
from ..domain.payment_method import PPD

_RATE_DECIMALS = 6
# The hour that the guía gives to a payment of which only the day is known
_NOON = time(12)


class PaymentError(CfdiError):
    """A payment that no complement can state yet."""

    code = "PAYMENT"


class GymCfdiPaymentPart(models.Model):
    """Parts of payments as :mod:`..domain.payment_amounts` takes them."""

    _name = "gym.cfdi.payment.part"
    _inherit = "gym.cfdi.payment.part"

    def _get_payment(self):
        """Return the :class:`~..domain.payment_amounts.Payment` of the parts of one receipt.

        :raise PaymentError: when nobody knows how it was paid
        """
        receipt = self.receipt_id
        form = receipt._get_cfdi_receipt_form()
        if form is None:
            raise _unknown_form_error(receipt)
        settlements = tuple(part._take_settlement(received) for part, received in self._limit_to_money())
        currency = self.receipt_currency_id
        line = self[0].partial_id.credit_move_id
        rate = Decimal(1)
        if currency != self.company_id.currency_id and line.amount_currency:
            rate = Decimal(str(abs(line.balance))) / Decimal(str(abs(line.amount_currency)))
        return Payment(
            at=datetime.combine(self[0].date, _NOON),
            form=form,
            currency=currency.name,
            amount=sum(settlement.received for settlement in settlements),
            settlements=settlements,
            rate=rounded(rate, _RATE_DECIMALS).normalize(),
        )

    def _limit_to_money(self):
        """Return each part with what of it is money, in the currency of the receipt.

        A difference that was forgiven with the payment settled the invoice without being received: the ledger has it in
        the same partial, and the SAT wants a credit note for it.
        """
        receipt = self.receipt_id
        money, currency = receipt._get_cfdi_money()
        left = abs(money)
        others = receipt.cfdi_receipt_part_ids.filtered("partial_id") - self
        left -= sum(part.received for part in others if part.partial_id.id < min(self.mapped("partial_id").ids))
        limited = []
        for part in self.sorted(lambda part: part.partial_id.id):
            received = min(part.received, left) if currency == part.receipt_currency_id else part.received
            left -= received
            if currency.compare_amounts(received, 0.0) > 0:
                limited.append((part, received))
        return limited

    def _take_settlement(self, received):
        """Note what the complement states of this part, and return what it settled of its invoice.

        :param float received: in the currency of the receipt
        :return: :class:`~..domain.payment_amounts.Settlement`
        :raise PaymentError: while the invoice has no UUID, or its CFDI does not say PPD
        """
        document = self.invoice_document_id
        if not document.uuid:
            raise _unstamped_error(self.invoice_id)
        comprobante = document._read_comprobante()
        if comprobante.metodo_pago != PPD:
            raise _paid_at_once_error(self.invoice_id)
        paid = self.paid if received == self.received else self.currency_id.round(self.paid * received / self.received)
        self.stated = paid
        digits, receipt_digits = self.currency_id.decimal_places, self.receipt_currency_id.decimal_places
        return Settlement(
            uuid=document.uuid.upper(),
            currency=comprobante.moneda,
            total=comprobante.total,
            balance=Decimal(f"{self.balance:.{digits}f}"),
            paid=Decimal(f"{paid:.{digits}f}"),
            received=Decimal(f"{received:.{receipt_digits}f}"),
            number=self.number,
            series=comprobante.serie,
            folio=comprobante.folio,
            taxes=invoice_taxes(comprobante),
            earlier=tuple(partial._get_cfdi_earlier() for partial in self._get_earlier_partials().sorted("id")),
        )


def _unknown_form_error(receipt):
    error = PaymentError(
        es=(
            f"No se sabe en qué forma se pagó {receipt.name}.",
            "Ponga la forma de pago del SAT en el método de pago o en el diario, y reintente.",
        ),
        en=(
            f"Nobody knows in which form {receipt.name} was paid.",
            "Set the SAT's form of payment in the payment method or the journal, and try again.",
        ),
    )
    error.record = receipt.journal_id
    return error


def _unstamped_error(invoice):
    return PaymentError(
        code="RELATED",
        es=(
            f"La factura {invoice.name} que se pagó todavía no está timbrada.",
            "Tímbrela primero; este complemento se reintenta enseguida.",
        ),
        en=(
            f"The invoice {invoice.name} that was paid is not stamped yet.",
            "Have it stamped first; this complement is then tried again.",
        ),
    )


def _paid_at_once_error(invoice):
    return PaymentError(
        es=(
            f"El CFDI de la factura {invoice.name} dice PUE, y solo las PPD llevan complemento de pago.",
            "Retire el documento; si no se pagó en su mes, cancele la factura y emítala de nuevo como PPD.",
        ),
        en=(
            f"The CFDI of invoice {invoice.name} says PUE, and only PPD ones have payment complements.",
            "Withdraw the document; if it was not paid in its month, cancel the invoice and issue it again as PPD.",
        ),
    )
