"""PPD invoices and what pays them."""

from .common_invoice import CfdiInvoiceCase


class ComplementCase(CfdiInvoiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.in_30_days = cls.env.ref("account.account_payment_term_30days")
        cls.dollar = cls.setup_other_currency("USD", rates=[("2026-01-01", 1 / 18.4321), ("2026-11-20", 1 / 19.05)])

    def _create_ppd(self, lines=None, is_stamped=True, **values):
        """A posted PPD invoice, stamped unless told otherwise."""
        move = self._create_invoice_of(lines, invoice_payment_term_id=self.in_30_days.id, **values)
        self.assertEqual(move.cfdi_payment_method, "PPD")
        if is_stamped:
            self._mark_stamped(move.cfdi_document_id)
        return move

    def _cancel_payment(self, payment):
        payment.action_draft()
        payment.action_cancel()

    def _state_complements(self, documents):
        """Stamp complements and return their payment nodes."""
        return [pago for comprobante in self._mark_stamped(documents) for pago in comprobante.pagos.pagos]
