"""What was paid beside what complements state."""

from odoo.tests import freeze_time, tagged

from .common_complement import ComplementCase
from .common_invoice import NOW


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPaymentReconciliation(ComplementCase):
    def _rows(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["gym.cfdi.payment.reconciliation"].search([("company_id", "=", self.company.id)])

    def _get_check(self):
        overview = self.env["gym.cfdi.overview"].with_company(self.company)
        self.env.flush_all()
        checks = {check["code"]: check for check in overview.get_overview("2026-11")["checks"]}
        check = checks["complements"]
        found = self.env[check["action"]["res_model"]].search(check["action"]["domain"])
        self.assertEqual(len(found), check["count"])
        return check["count"]

    def test_what_was_paid_is_what_complements_state(self):
        peso, dollar = self._create_ppd([1000.0]), self._create_ppd([100.0], currency_id=self.dollar.id)
        self._pay(peso, 500.0)
        self._pay(peso)
        self._pay(dollar)
        self._pay(self._create_invoice_of())  # PUE: none of these
        self.assertEqual(self._rows().mapped("reason"), ["pending"] * 3)
        for document in (peso | dollar).cfdi_part_ids.sorted("id").document_id:
            self._state_complements(document)
        rows = self._rows()
        self.assertEqual((rows.mapped("reason"), rows.mapped("difference")), ([False] * 3, [0.0] * 3))
        in_pesos = sum((peso | dollar).mapped("amount_total_signed"))
        self.assertAlmostEqual(sum(rows.mapped("amount_cfdi")), in_pesos, 2)
        self.assertEqual(self._get_check(), 0)

    def test_each_difference_has_its_reason_and_is_counted(self):
        self.company.cfdi_complement_policy = "month"
        missing, rejected, undone, wrong = (self._create_ppd() for _number in range(4))
        payments = {move: self._pay(move) for move in (missing, rejected, undone, wrong)}
        for move in (rejected, undone, wrong):
            move.cfdi_part_ids.sudo()._record_complements()
        rejected.cfdi_part_ids.document_id._transition("reject")
        for move in (undone, wrong):
            self._state_complements(move.cfdi_part_ids.document_id)
        wrong.cfdi_part_ids.sudo().stated = 1.0
        payments[undone].move_id.line_ids.remove_move_reconcile()
        rows = self._rows()
        self.assertEqual(
            {row.invoice_id: (row.reason, row.difference) for row in rows},
            {
                missing: ("missing", 578.84),
                rejected: ("rejected", 578.84),
                undone: ("undone", -578.84),
                wrong: ("amount", 577.84),
            },
        )
        self.assertEqual(self._get_check(), 3, "rejected ones are counted among the rejected")
        rows.filtered(lambda row: row.reason == "missing").action_correct()
        self.assertEqual(missing.cfdi_part_ids.state, "pending")
        self.assertEqual(self._get_check(), 2)

    def test_a_payment_that_nobody_noted_shows_and_is_corrected(self):
        move = self._create_invoice_of()
        self._mark_stamped(move.cfdi_document_id)
        self._pay(move)
        self.env.flush_all()
        self.env.cr.execute("UPDATE account_move SET cfdi_payment_method = 'PPD' WHERE id = %s", [move.id])
        row = self._rows()
        self.assertEqual((row.invoice_id, row.reason, row.part_id.id), (move, "missing", False))
        row.action_correct()
        self.assertEqual(self._rows().reason, "pending")

    def test_what_was_forgiven_is_no_difference(self):
        move = self._create_ppd([1000.0])
        self._pay(
            move,
            1159.50,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.company_data["default_account_expense"].id,
        )
        self._state_complements(move.cfdi_part_ids.document_id)
        self.assertRecordValues(
            self._rows(), [{"amount_ledger": 1159.50, "amount_cfdi": 1159.50, "difference": 0.0, "reason": False}]
        )

    def test_invoices_without_their_complements_are_found(self):
        self.company.cfdi_complement_policy = "month"
        missing, stated = self._create_ppd(), self._create_ppd()
        self._pay(missing)
        self._pay(stated)
        stated.cfdi_part_ids.sudo()._record_complements()
        found = self.env["account.move"].search([("cfdi_part_ids.state", "in", ("missing", "to_cancel"))])
        self.assertEqual(found & (missing | stated), missing)
