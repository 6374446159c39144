"""Payments that are undone, before and after the SAT knows of them."""

from decimal import Decimal

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged

from .common_complement import ComplementCase
from .common_invoice import NOW


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestReversal(ComplementCase):
    def test_undone_before_it_was_sent_is_withdrawn(self):
        move = self._create_ppd()
        payment = self._pay(move)
        document = move.cfdi_part_ids.document_id
        self._cancel_payment(payment)
        self.assertEqual(document.state, "cancelled")
        self.assertFalse(move.cfdi_part_ids)

    def test_payment_under_correction_waits(self):
        move = self._create_ppd()
        payment = self._pay(move)
        document = move.cfdi_part_ids.document_id
        payment.action_draft()
        (error,) = document.sudo()._compose(document._get_dates())[document]
        document.sudo()._transition("reject", {"problems": [document._as_problem(error)]})
        payment.action_post()
        self.assertEqual((document.state, move.cfdi_part_ids.document_id), ("to_seal", document))
        self._state_complements(document)

    def test_undone_in_part_before_it_was_sent_states_the_rest(self):
        moves = self._create_ppd() | self._create_ppd([200.0])
        self._pay(moves)
        first = moves.cfdi_part_ids.document_id
        moves[0].line_ids.remove_move_reconcile()
        self.assertEqual(first.state, "cancelled")
        (part,) = moves.cfdi_part_ids
        self.assertEqual((part.invoice_id, part.document_id.state), (moves[1], "to_seal"))

    def test_undone_after_the_stamp_is_cancelled(self):
        move = self._create_ppd()
        payment = self._pay(move)
        document = move.cfdi_part_ids.document_id
        self._state_complements(document)
        self._cancel_payment(payment)
        self.assertEqual((document.state, move.cfdi_part_ids.state), ("stamped", "to_cancel"))
        move.cfdi_part_ids.sudo()._cancel_reversed()
        self.assertEqual((document.state, document.cancel_motive), ("cancel_requested", "02"))

    def test_undone_in_part_after_the_stamp_is_substituted(self):
        moves = self._create_ppd() | self._create_ppd([200.0])
        self._pay(moves)
        old = moves.cfdi_part_ids.document_id
        self._state_complements(old)
        moves[0].line_ids.remove_move_reconcile()
        undone = moves[0].cfdi_part_ids.sudo()
        undone._cancel_reversed()
        undone._cancel_reversed()
        new = moves[1].cfdi_part_ids.document_id
        self.assertEqual((new.relation_type, new.related_ids), ("04", old))
        self.assertEqual(old.state, "stamped")
        (pago,) = self._state_complements(new)
        self.assertEqual(pago.monto, Decimal("232.00"))
        self.assertEqual((old.state, old.cancel_motive), ("cancel_requested", "01"))

    def test_reconciled_again_just_the_same_stands(self):
        move = self._create_ppd()
        payment = self._pay(move)
        document = move.cfdi_part_ids.document_id
        self._state_complements(document)
        lines = (move | payment.move_id).line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        lines.remove_move_reconcile()
        self.assertEqual(move.cfdi_part_ids.state, "to_cancel")
        lines.reconcile()
        self.assertEqual((move.cfdi_part_ids.state, move.cfdi_part_ids.document_id), ("stated", document))

    def test_managers_cancel_only_what_they_may_see(self):
        move = self._create_ppd()
        payment = self._pay(move)
        document = move.cfdi_part_ids.document_id
        self._state_complements(document)
        (move | payment.move_id).line_ids.remove_move_reconcile()
        other = self.env["res.company"].create({"name": "Other"})
        groups = "account.group_account_invoice,gym_cfdi.group_cfdi_manager"
        stranger = new_test_user(
            self.env, "stranger of cfdi", groups, company_id=other.id, company_ids=[(6, 0, other.ids)]
        )
        with self.assertRaises(AccessError):
            move.cfdi_part_ids.with_user(stranger).action_cancel_reversed()
        self.assertEqual((document.state, move.cfdi_part_ids.state), ("stamped", "to_cancel"))

    def test_numbers_go_on_after_a_cancellation(self):
        move = self._create_ppd([1000.0])
        first, _second = self._pay(move, 500.0), self._pay(move, 300.0)
        self._state_complements(move.cfdi_part_ids.sorted("id").document_id)
        self._cancel_payment(first)
        self._pay(move, 200.0)
        last = move.cfdi_part_ids.sorted("id")[-1]
        ((related,),) = [pago.docto_relacionado for pago in self._state_complements(last.document_id)]
        self.assertEqual((related.num_parcialidad, related.imp_saldo_ant), (3, Decimal("860.00")))

    def test_invoice_cannot_be_cancelled_before_its_complements(self):
        move = self._create_ppd()
        self._pay(move)
        complement = move.cfdi_part_ids.document_id
        self._state_complements(complement)
        self.assertEqual(move.cfdi_document_id._get_blocking_documents(), complement)
        with self.assertRaises(UserError):
            move.cfdi_document_id.sudo()._request_cancellation("02")
        self.assertEqual(move.cfdi_state, "stamped")
