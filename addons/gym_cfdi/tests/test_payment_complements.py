"""Payments of PPD invoices and the complements that tell the SAT of them."""

from datetime import date, datetime
from decimal import Decimal
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from .common_complement import ComplementCase
from .common_invoice import NOW, TODAY


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestComplements(ComplementCase):
    def test_paying_a_ppd_invoice_records_its_complement(self):
        move = self._create_ppd()
        self._pay(move)
        (part,) = move.cfdi_part_ids
        document = part.document_id
        self.assertRecordValues(
            document, [{"kind": "payment", "document_type": "P", "state": "to_seal", "receptor_rfc": False}]
        )
        (pago,) = self._state_complements(document)
        self.assertEqual((pago.fecha_pago, pago.forma_de_pago_p), (datetime(2026, 11, 21, 12), "03"))
        (related,) = pago.docto_relacionado
        self.assertEqual(related.id_documento, move.cfdi_uuid)
        self.assertEqual(
            (related.num_parcialidad, related.imp_saldo_ant, related.imp_pagado, related.imp_saldo_insoluto),
            (1, Decimal("578.84"), Decimal("578.84"), Decimal("0.00")),
        )
        self.assertEqual((part.state, part.deadline), ("stated", date(2026, 12, 5)))

    def test_paying_a_pue_invoice_needs_no_complement(self):
        move = self._create_invoice_of()
        self._mark_stamped(move.cfdi_document_id)
        self._pay(move)
        self.assertFalse(move.cfdi_part_ids)

    def test_credit_note_needs_no_complement_and_lowers_the_balance(self):
        move = self._create_ppd([1000.0])
        refund = self._reverse(move, post=False)
        refund.invoice_line_ids.price_unit = 100.0
        refund.action_post()
        (move.line_ids | refund.line_ids).filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        ).reconcile()
        self.assertFalse(move.cfdi_part_ids)
        self._pay(move)
        ((related,),) = [pago.docto_relacionado for pago in self._state_complements(move.cfdi_part_ids.document_id)]
        self.assertEqual((related.imp_saldo_ant, related.imp_saldo_insoluto), (Decimal("1044.00"), Decimal("0.00")))

    def _credit_line(self, move, index, price=None):
        """A posted credit note of one line of ``move``, applied to it."""
        refund = self._reverse(move, post=False)
        lines = refund.invoice_line_ids
        (lines - lines[index]).unlink()
        if price:
            lines[index].price_unit = price
        refund.action_post()
        (move.line_ids | refund.line_ids).filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        ).reconcile()

    def test_credit_note_of_the_exempt_line_leaves_the_iva_whole(self):
        move = self._create_ppd([1000.0, self._prepare_line(1000.0, self.exempt)])
        self._credit_line(move, 1)
        self._pay(move, 580.0)
        self._pay(move)
        pagos = self._state_complements(move.cfdi_part_ids.sorted("id").document_id)
        iva = [
            (tax.tipo_factor_dr, tax.base_dr, tax.importe_dr)
            for pago in pagos
            for tax in pago.docto_relacionado[0].impuestos_dr.traslados_dr
        ]
        self.assertEqual(iva, [("Tasa", 500, 80), ("Tasa", 500, 80)])

    def test_credit_note_between_two_payments_never_leaves_more_iva_than_is_paid(self):
        move = self._create_ppd([1000.0, self._prepare_line(1000.0, self.exempt)])
        self._pay(move, 580.0)
        self._state_complements(move.cfdi_part_ids.document_id)
        self._credit_line(move, 1)
        self._pay(move)
        last = move.cfdi_part_ids.sorted("id")[-1]
        ((related,),) = [pago.docto_relacionado for pago in self._state_complements(last.document_id)]
        (tax,) = related.impuestos_dr.traslados_dr
        self.assertEqual((related.imp_pagado, tax.base_dr, tax.importe_dr), (580, 500, 80))

    def test_partialities_are_numbered_and_balances_go_down(self):
        move = self._create_ppd([1000.0])
        for amount in (500.0, 300.0, 360.0):
            self._pay(move, amount)
        pagos = self._state_complements(move.cfdi_part_ids.sorted("id").document_id)
        said = [
            (related.num_parcialidad, related.imp_saldo_ant, related.imp_saldo_insoluto)
            for pago in pagos
            for related in pago.docto_relacionado
        ]
        self.assertEqual(said, [(1, 1160, 660), (2, 660, 360), (3, 360, 0)])
        self.assertEqual(said[-1][2], Decimal(str(move.amount_residual)))

    def _is_locked(self, part):
        query = SQL("SELECT xmax::text <> '0' FROM gym_cfdi_payment_part WHERE id = %s", part.id)
        return self.env.execute_query(query)[0][0]

    def test_numbering_one_part_locks_those_of_the_same_invoices_only(self):
        move, other = self._create_ppd([1000.0]), self._create_ppd()
        for amount in (500.0, 300.0):
            self._pay(move, amount)
        self._pay(other)
        self.env.flush_all()
        first, second = move.cfdi_part_ids.sorted("id")
        self.env.cr.execute("UPDATE gym_cfdi_payment_part SET number = 0")  # rows as a transaction finds them
        before = [self._is_locked(part) for part in (second, other.cfdi_part_ids)]
        first.document_id.sudo()._compose(first.document_id._get_dates())
        after = [self._is_locked(part) for part in (second, other.cfdi_part_ids)]
        self.assertEqual((before, after), ([False, False], [True, False]))

    def test_a_worker_that_comes_second_seals_again_instead_of_rejecting(self):
        move = self._create_ppd()
        self._pay(move)
        document = move.cfdi_part_ids.document_id.sudo()
        in_the_way = patch.object(type(move), "_lock_cfdi_parts", side_effect=SerializationFailure)
        with in_the_way, self.assertRaises(SerializationFailure):
            document._compose_safely()
        self.assertEqual(document.state, "to_seal")

    def test_one_payment_of_several_invoices_is_one_complement(self):
        moves = self._create_ppd() | self._create_ppd([200.0])
        self._pay(moves)
        document = moves.cfdi_part_ids.document_id
        self.assertEqual(len(document), 1)
        (pago,) = self._state_complements(document)
        self.assertEqual({related.id_documento for related in pago.docto_relacionado}, set(moves.mapped("cfdi_uuid")))
        self.assertEqual(pago.monto, Decimal("810.84"))

    def test_statement_line_is_a_payment_too(self):
        move = self._create_ppd()
        self._reconcile_statement_line(move)
        self.assertEqual(move.payment_state, "paid")
        (pago,) = self._state_complements(move.cfdi_part_ids.document_id)
        self.assertEqual((pago.monto, pago.forma_de_pago_p), (Decimal("578.84"), "03"))

    def test_the_complement_of_a_statement_line_states_the_form_in_which_its_money_came(self):
        move = self._create_ppd()
        self._reconcile_statement_line(move, form="02")
        (pago,) = self._state_complements(move.cfdi_part_ids.document_id)
        self.assertEqual(pago.forma_de_pago_p, "02")

    def test_an_invoice_paid_by_a_statement_line_states_the_form_in_which_its_money_came(self):
        move = self._create_invoice_of()
        self._reconcile_statement_line(move, form="02")
        self.assertEqual(move._get_cfdi_paid_forms(), {move.id: "02"})

    def _reconcile_statement_line(self, move, form=False):
        """Have a line of the bank's statement settle an invoice of 578.84, its money having come in ``form``."""
        line = self.env["account.bank.statement.line"].create(
            {"journal_id": self.bank.id, "date": TODAY, "payment_ref": "SPEI", "amount": 578.84}
        )
        _liquidity, suspense, _other = line._seek_for_lines()
        receivable = move.line_ids.filtered(lambda item: item.account_type == "asset_receivable")
        line.move_id.button_draft()
        line.move_id.write(
            {
                "line_ids": [
                    Command.update(
                        suspense.id, {"account_id": receivable.account_id.id, "partner_id": self.customer.id}
                    )
                ]
            }
        )
        line.move_id.cfdi_payment_form_chosen = form
        line.move_id.action_post()
        (suspense | receivable).reconcile()

    def test_form_of_the_method_is_stated_and_its_lack_is_explained(self):
        move = self._create_ppd()
        self.bank.inbound_payment_method_line_ids.cfdi_payment_form = False
        self.bank.cfdi_payment_form = False
        self._pay(move)
        document = move.cfdi_part_ids.document_id
        (error,) = document.sudo()._compose(document._get_dates())[document]
        self.assertEqual(error.code, "PAYMENT")
        self.bank.inbound_payment_method_line_ids.cfdi_payment_form = "28"
        (pago,) = self._state_complements(document)
        self.assertEqual(pago.forma_de_pago_p, "28")

    def test_complement_waits_for_the_stamp_of_its_invoice(self):
        move = self._create_ppd(is_stamped=False)
        self._pay(move, 100.0)
        document = move.cfdi_part_ids.document_id
        (error,) = document.sudo()._compose(document._get_dates())[document]
        document._transition("reject", {"problems": [document._as_problem(error)]})
        self._mark_stamped(move.cfdi_document_id)
        self.assertEqual(document.state, "to_seal")
        self._state_complements(document)

    def test_difference_that_was_forgiven_is_not_money(self):
        move = self._create_ppd([1000.0])
        self._pay(
            move,
            1159.50,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.company_data["default_account_expense"].id,
        )
        self.assertEqual(move.payment_state, "paid")
        (pago,) = self._state_complements(move.cfdi_part_ids.document_id)
        self.assertEqual(
            (pago.monto, pago.docto_relacionado[0].imp_saldo_insoluto), (Decimal("1159.50"), Decimal("0.50"))
        )

    def test_month_policy_gathers_the_payments_of_a_customer(self):
        self.company.cfdi_complement_policy = "month"
        move = self._create_ppd([1000.0])
        for day in ("2026-11-03", "2026-11-17"):
            self._pay(move, 400.0, date=day)
        self.assertEqual(move.cfdi_part_ids.mapped("state"), ["missing", "missing"])
        parts = self.env["gym.cfdi.payment.part"].sudo()
        with freeze_time("2026-12-01 05:59:00"):  # the evening of 30 November in Mexico City
            parts._record_closed_months()
        self.assertFalse(move.cfdi_part_ids.document_id)
        with freeze_time("2026-12-01 06:00:00"):
            parts._record_closed_months()
        (document,) = move.cfdi_part_ids.document_id
        pagos = self._state_complements(document)
        self.assertEqual([pago.docto_relacionado[0].num_parcialidad for pago in pagos], [1, 2])
        with freeze_time("2026-12-01 06:00:00"):
            parts._record_closed_months()
        self.assertEqual(move.cfdi_part_ids.document_id, document)

    def test_what_was_reconciled_before_it_was_ppd_is_found(self):
        move = self._create_invoice_of()
        self._pay(move, 100.0)
        self.assertFalse(move.cfdi_part_ids)
        move.cfdi_payment_method = "PPD"
        self.env["gym.cfdi.payment.part"].sudo()._cron_complements()
        self.assertEqual(len(move.cfdi_part_ids), 1)
        self.env["gym.cfdi.payment.part"].sudo()._cron_complements()
        self.assertEqual(len(move.cfdi_part_ids), 1)
