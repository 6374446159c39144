"""PUE invoices that were not paid in their month are issued again as PPD."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged

from .common_invoice import NOW, CfdiInvoiceCase

NEXT_MONTH = "2026-12-02 18:00:00"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestReissue(CfdiInvoiceCase):
    def _create_stamped(self):
        move = self._create_invoice_of()
        self._mark_stamped(move.cfdi_document_id)
        return move

    def _get_overdue(self):
        return self.env["account.move"].search(self.env["account.move"].action_cfdi_overdue_pue()["domain"])

    def test_only_what_is_owed_after_its_month_is_listed(self):
        owed, paid = self._create_stamped(), self._create_stamped()
        self._pay(paid)
        self.assertFalse(self._get_overdue() & (owed | paid))
        with freeze_time(NEXT_MONTH):
            self.assertEqual(self._get_overdue() & (owed | paid), owed)

    def test_reissue_substitutes_and_cancels_when_the_substitute_is_stamped(self):
        move = self._create_stamped()
        old = move.cfdi_document_id
        self._pay(move, 100.0)
        with freeze_time(NEXT_MONTH):
            new = move.sudo()._reissue_as_ppd()
            self.assertEqual((move.cfdi_document_id, old.state, move.state), (new, "stamped", "posted"))
            (comprobante,) = self._mark_stamped(new)
            self.assertEqual((comprobante.metodo_pago, comprobante.forma_pago), ("PPD", "99"))
            (relation,) = comprobante.cfdi_relacionados
            self.assertEqual((relation.tipo_relacion, relation.uuids), ("04", (old.uuid,)))
            self.assertEqual((old.state, old.cancel_motive), ("cancel_requested", "01"))
            # What had been paid in part is told now
            (part,) = move.cfdi_part_ids
            (complement,) = self._mark_stamped(part.document_id)
        (related,) = complement.pagos.pagos[0].docto_relacionado
        self.assertEqual(related.id_documento, new.uuid)
        self.assertEqual((move.state, move.cfdi_document_id), ("posted", new))

    def test_invoice_within_its_month_is_left_alone(self):
        move = self._create_stamped()
        manager = new_test_user(
            self.env,
            "cfdi_reissue_manager",
            groups="account.group_account_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        with self.assertRaises(UserError):
            move.with_user(manager).action_cfdi_reissue_as_ppd()
        self.assertEqual((len(move.cfdi_document_ids), move.cfdi_payment_method), (1, "PUE"))

    def test_only_managers_reissue(self):
        move = self._create_stamped()
        biller = new_test_user(
            self.env,
            "cfdi_reissue_biller",
            groups="account.group_account_invoice",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        with freeze_time(NEXT_MONTH), self.assertRaises(AccessError):
            move.with_user(biller).action_cfdi_reissue_as_ppd()
        self.assertEqual((len(move.cfdi_document_ids), move.cfdi_payment_method), (1, "PUE"))

    def test_what_blocks_a_reissue_is_listed_before_anything_is_stamped(self):
        blocked, free = self._create_stamped(), self._create_stamped()
        refund = blocked._reverse_moves([{"invoice_date": blocked.invoice_date}])
        refund.invoice_line_ids[0].price_unit /= 2
        refund.action_post()
        self._mark_stamped(refund.cfdi_document_id)
        with freeze_time(NEXT_MONTH), self.assertRaisesRegex(UserError, blocked.name):
            (blocked | free).sudo()._reissue_as_ppd()
        self.assertEqual([len(move.cfdi_document_ids) for move in (blocked, free)], [1, 1])
        self.assertEqual(set((blocked | free).mapped("cfdi_payment_method")), {"PUE"})
